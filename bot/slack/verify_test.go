package slack

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
)

// The example that Slack's documentation signs.
const (
	exampleSecret    = "8f742231b10e8888abcd99yyyzzz85a5"
	exampleTime      = 1531420618
	exampleSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
	exampleBody      = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)

func exampleHeader() http.Header {
	return http.Header{timestampHeader: {strconv.Itoa(exampleTime)}, signatureHeader: {exampleSignature}}
}

func verifier(t *testing.T, c clock.Clock, secrets ...string) *Verifier {
	t.Helper()
	v, err := NewVerifier(secrets, c)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// sign returns the headers with which Slack would send a body.
func sign(secret string, at time.Time, body string) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	return http.Header{timestampHeader: {stamp}, signatureHeader: {"v0=" + hex.EncodeToString(mac.Sum(nil))}}
}

func TestTheExampleOfSlacksDocumentationIsAccepted(t *testing.T) {
	v := verifier(t, clock.NewManual(time.Unix(exampleTime, 0)), exampleSecret)
	if err := v.Verify(exampleHeader(), []byte(exampleBody)); err != nil {
		t.Fatal(err)
	}
}

func TestBothSecretsAreGoodWhileOneReplacesTheOther(t *testing.T) {
	now := clock.NewManual(time.Unix(exampleTime, 0))
	v := verifier(t, now, "new", "old")
	for secret, want := range map[string]error{"new": nil, "old": nil, "older": errSignature} {
		if err := v.Verify(sign(secret, now.Now(), "x"), []byte("x")); !errors.Is(err, want) {
			t.Errorf("signed with the secret %q: %v, not %v", secret, err, want)
		}
	}
}

func TestAVerifierWithoutASecretIsRefused(t *testing.T) {
	for _, secrets := range [][]string{nil, {}, {""}, {"a", ""}, {"", "a"}, {"a", "b", "c"}} {
		if _, err := NewVerifier(secrets, clock.System{}); fault.CodeOf(err) != fault.Usage {
			t.Errorf("%q gives %v", secrets, err)
		}
	}
}

func TestForgedRequestsAreRefused(t *testing.T) {
	at := time.Unix(exampleTime, 0)
	stamp := strconv.Itoa(exampleTime)
	mac := strings.TrimPrefix(exampleSignature, "v0=")
	type forgery struct {
		header http.Header
		body   string
	}
	headers := func(stamp, signature []string) http.Header {
		return http.Header{timestampHeader: stamp, signatureHeader: signature}
	}
	forgeries := map[string]forgery{
		"no headers":             {http.Header{}, exampleBody},
		"no timestamp":           {headers(nil, []string{exampleSignature}), exampleBody},
		"no signature":           {headers([]string{stamp}, nil), exampleBody},
		"empty timestamp":        {headers([]string{""}, []string{exampleSignature}), exampleBody},
		"empty signature":        {headers([]string{stamp}, []string{""}), exampleBody},
		"two timestamps":         {headers([]string{stamp, stamp}, []string{exampleSignature}), exampleBody},
		"two signatures":         {headers([]string{stamp}, []string{exampleSignature, exampleSignature}), exampleBody},
		"two signatures in one":  {headers([]string{stamp}, []string{exampleSignature + "," + exampleSignature}), exampleBody},
		"another version":        {headers([]string{stamp}, []string{"v1=" + mac}), exampleBody},
		"an upper-case version":  {headers([]string{stamp}, []string{"V0=" + mac}), exampleBody},
		"no version":             {headers([]string{stamp}, []string{mac}), exampleBody},
		"a version alone":        {headers([]string{stamp}, []string{"v0="}), exampleBody},
		"a version twice":        {headers([]string{stamp}, []string{"v0=v0=" + mac}), exampleBody},
		"upper-case digits":      {headers([]string{stamp}, []string{"v0=" + strings.ToUpper(mac)}), exampleBody},
		"a half signature":       {headers([]string{stamp}, []string{"v0=" + mac[:32]}), exampleBody},
		"one digit short":        {headers([]string{stamp}, []string{"v0=" + mac[:63]}), exampleBody},
		"one digit more":         {headers([]string{stamp}, []string{exampleSignature + "0"}), exampleBody},
		"a blank behind":         {headers([]string{stamp}, []string{exampleSignature + " "}), exampleBody},
		"a blank before":         {headers([]string{stamp}, []string{" " + exampleSignature}), exampleBody},
		"no hexadecimal":         {headers([]string{stamp}, []string{"v0=" + strings.Repeat("z", 64)}), exampleBody},
		"zeroes":                 {headers([]string{stamp}, []string{"v0=" + strings.Repeat("0", 64)}), exampleBody},
		"a NUL":                  {headers([]string{stamp}, []string{exampleSignature + "\x00"}), exampleBody},
		"an empty body":          {exampleHeader(), ""},
		"a body with more":       {exampleHeader(), exampleBody + "&text=resolve"},
		"a body with less":       {exampleHeader(), exampleBody[:len(exampleBody)-1]},
		"an upper-case body":     {exampleHeader(), strings.ToUpper(exampleBody)},
		"a signed plus":          {headers([]string{"+" + stamp}, []string{exampleSignature}), exampleBody},
		"a zero before":          {headers([]string{"0" + stamp}, []string{exampleSignature}), exampleBody},
		"a fraction":             {headers([]string{stamp + ".0"}, []string{exampleSignature}), exampleBody},
		"milliseconds":           {headers([]string{stamp + "000"}, []string{exampleSignature}), exampleBody},
		"a negative time":        {headers([]string{"-" + stamp}, []string{exampleSignature}), exampleBody},
		"a hexadecimal time":     {headers([]string{"0x5b47a00a"}, []string{exampleSignature}), exampleBody},
		"an underscore":          {headers([]string{"1_531_420_618"}, []string{exampleSignature}), exampleBody},
		"a time that overflows":  {headers([]string{strings.Repeat("9", 40)}, []string{exampleSignature}), exampleBody},
		"a time of words":        {headers([]string{"now"}, []string{exampleSignature}), exampleBody},
		"stale by a second":      {sign(exampleSecret, at.Add(-signedFor-time.Second), exampleBody), exampleBody},
		"stale by a year":        {sign(exampleSecret, at.AddDate(-1, 0, 0), exampleBody), exampleBody},
		"from the future":        {sign(exampleSecret, at.Add(signedFor+time.Second), exampleBody), exampleBody},
		"far from the future":    {sign(exampleSecret, at.AddDate(10, 0, 0), exampleBody), exampleBody},
		"the empty secret":       {sign("", at, exampleBody), exampleBody},
		"a secret with a blank":  {sign(exampleSecret+" ", at, exampleBody), exampleBody},
		"the secret in capitals": {sign(strings.ToUpper(exampleSecret), at, exampleBody), exampleBody},
		"another's signature":    {sign("f00d", at, exampleBody), exampleBody},
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	for i := range 60 {
		body := []byte(exampleBody)
		body[random.IntN(len(body))] ^= 1 << random.IntN(8)
		forgeries[fmt.Sprintf("a changed byte %d (seed %d)", i, seed)] = forgery{exampleHeader(), string(body)}
	}
	for i := range 30 {
		digits := []byte(mac)
		at := random.IntN(len(digits))
		digits[at] = "0123456789abcdef"[(strings.IndexByte("0123456789abcdef", digits[at])+1+random.IntN(15))%16]
		forgeries[fmt.Sprintf("a changed digit %d (seed %d)", i, seed)] = forgery{headers([]string{stamp}, []string{"v0=" + string(digits)}), exampleBody}
	}
	v := verifier(t, clock.NewManual(at), exampleSecret)
	for sentence, f := range forgeries {
		if err := v.Verify(f.header, []byte(f.body)); err == nil {
			t.Errorf("%s: it is accepted", sentence)
		}
	}
	if len(forgeries) < 120 {
		t.Errorf("only %d forgeries were tried", len(forgeries))
	}
}

func TestTheLibraryAgreesOnWhatIsSigned(t *testing.T) {
	// The library knows no clock but the machine's.
	now := clock.System{}
	v := verifier(t, now, exampleSecret)
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	for i := range 500 {
		body := make([]byte, random.IntN(300))
		for j := range body {
			body[j] = byte(random.IntN(256))
		}
		age := time.Duration(random.IntN(20)-10) * time.Minute
		h := sign(exampleSecret, now.Now().Add(age+30*time.Second), string(body))
		if random.IntN(2) == 0 {
			body = append(body, byte(i))
		}
		_, ours := v.signed(now.Now(), h, body)
		sv, theirs := slackgo.NewSecretsVerifier(h, exampleSecret)
		if theirs == nil {
			_, _ = sv.Write(body)
			theirs = sv.Ensure()
		}
		if (ours == nil) != (theirs == nil) {
			t.Fatalf("seed %d, round %d: %v, and the library says %v", seed, i, ours, theirs)
		}
	}
}

func TestTheSameSignedBytesAreTakenInOnce(t *testing.T) {
	now := clock.NewManual(time.Unix(exampleTime, 0))
	v := verifier(t, now, exampleSecret)
	body := []byte(exampleBody)
	early := sign(exampleSecret, now.Now().Add(4*time.Minute), exampleBody)
	for _, h := range []http.Header{exampleHeader(), early} {
		if err := v.Verify(h, body); err != nil {
			t.Fatal(err)
		}
	}
	for range 17 {
		for _, h := range []http.Header{exampleHeader(), early} {
			h.Set("X-Slack-Retry-Num", "1")
			if err := v.Verify(h, body); err == nil {
				t.Fatalf("it is taken in again %s later", now.Now().Sub(time.Unix(exampleTime, 0)))
			}
		}
		now.Add(37 * time.Second)
	}
	if err := v.Verify(sign(exampleSecret, now.Now(), exampleBody), body); err != nil {
		t.Errorf("signed anew it is refused: %v", err)
	}
}

func TestWhatWasNotTakenInMayBeSentAgainAsItIs(t *testing.T) {
	v := verifier(t, clock.NewManual(time.Unix(exampleTime, 0)), exampleSecret)
	for range 3 {
		if err := v.Verify(exampleHeader(), []byte(exampleBody)); err != nil {
			t.Fatal(err)
		}
		v.Forget(exampleHeader())
	}
}

func TestTheReplaySetIsBounded(t *testing.T) {
	r := newRecent(100)
	now := time.Unix(exampleTime, 0)
	for i := range 10_000 {
		if !r.first(strconv.Itoa(i), now, now.Add(signedFor)) {
			t.Fatalf("%d was never there", i)
		}
		if i%3 == 0 {
			r.forget(strconv.Itoa(i))
		}
		now = now.Add(time.Millisecond)
	}
	if len(r.until) > 100 || len(r.order) > 100 {
		t.Errorf("it holds %d keys in %d places", len(r.until), len(r.order))
	}
	if r.first("9998", now, now.Add(signedFor)) {
		t.Error("one of the last is forgotten")
	}
	now = now.Add(2 * signedFor)
	if !r.first("9998", now, now.Add(signedFor)) || len(r.order) != 1 {
		t.Errorf("what is over is remembered: %d", len(r.order))
	}
}

func FuzzVerifyNeverPanics(f *testing.F) {
	f.Add(strconv.Itoa(exampleTime), exampleSignature, []byte(exampleBody))
	v, err := NewVerifier([]string{exampleSecret}, clock.NewManual(time.Unix(exampleTime, 0)))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, stamp, signature string, body []byte) {
		h := http.Header{timestampHeader: {stamp}, signatureHeader: {signature}}
		good := stamp == strconv.Itoa(exampleTime) && signature == exampleSignature && bytes.Equal(body, []byte(exampleBody))
		if v.Verify(h, body) == nil && !good {
			t.Error("a forgery is accepted")
		}
	})
}
