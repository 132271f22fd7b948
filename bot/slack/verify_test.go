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

// forgery is a request that Slack has not sent, or not so.
type forgery struct {
	header http.Header
	body   string
}

// forgeries are what somebody makes who has seen one signed request, by what
// they do to it.
func forgeries(secret string, at time.Time, body string, random *rand.Rand) map[string]forgery {
	good := sign(secret, at, body)
	stamp, signature := good.Get(timestampHeader), good.Get(signatureHeader)
	mac := strings.TrimPrefix(signature, "v0=")
	headers := func(stamp, signature []string) http.Header {
		return http.Header{timestampHeader: stamp, signatureHeader: signature}
	}
	all := map[string]forgery{
		"no headers":             {http.Header{}, body},
		"no timestamp":           {headers(nil, []string{signature}), body},
		"no signature":           {headers([]string{stamp}, nil), body},
		"empty timestamp":        {headers([]string{""}, []string{signature}), body},
		"empty signature":        {headers([]string{stamp}, []string{""}), body},
		"two timestamps":         {headers([]string{stamp, stamp}, []string{signature}), body},
		"two signatures":         {headers([]string{stamp}, []string{signature, signature}), body},
		"two signatures in one":  {headers([]string{stamp}, []string{signature + "," + signature}), body},
		"another version":        {headers([]string{stamp}, []string{"v1=" + mac}), body},
		"an upper-case version":  {headers([]string{stamp}, []string{"V0=" + mac}), body},
		"no version":             {headers([]string{stamp}, []string{mac}), body},
		"a version alone":        {headers([]string{stamp}, []string{"v0="}), body},
		"a version twice":        {headers([]string{stamp}, []string{"v0=v0=" + mac}), body},
		"upper-case digits":      {headers([]string{stamp}, []string{"v0=" + strings.ToUpper(mac)}), body},
		"a half signature":       {headers([]string{stamp}, []string{"v0=" + mac[:32]}), body},
		"one digit short":        {headers([]string{stamp}, []string{"v0=" + mac[:63]}), body},
		"one digit more":         {headers([]string{stamp}, []string{signature + "0"}), body},
		"a blank behind":         {headers([]string{stamp}, []string{signature + " "}), body},
		"a blank before":         {headers([]string{stamp}, []string{" " + signature}), body},
		"no hexadecimal":         {headers([]string{stamp}, []string{"v0=" + strings.Repeat("z", 64)}), body},
		"zeroes":                 {headers([]string{stamp}, []string{"v0=" + strings.Repeat("0", 64)}), body},
		"a NUL":                  {headers([]string{stamp}, []string{signature + "\x00"}), body},
		"an empty body":          {good, ""},
		"a body with more":       {good, body + "&text=resolve"},
		"a body with less":       {good, body[:len(body)-1]},
		"an upper-case body":     {good, strings.ToUpper(body)},
		"a signed plus":          {headers([]string{"+" + stamp}, []string{signature}), body},
		"a zero before":          {headers([]string{"0" + stamp}, []string{signature}), body},
		"a fraction":             {headers([]string{stamp + ".0"}, []string{signature}), body},
		"milliseconds":           {headers([]string{stamp + "000"}, []string{signature}), body},
		"a negative time":        {headers([]string{"-" + stamp}, []string{signature}), body},
		"a hexadecimal time":     {headers([]string{"0x" + strconv.FormatInt(at.Unix(), 16)}, []string{signature}), body},
		"an underscore":          {headers([]string{stamp[:1] + "_" + stamp[1:]}, []string{signature}), body},
		"a time that overflows":  {headers([]string{strings.Repeat("9", 40)}, []string{signature}), body},
		"a time of words":        {headers([]string{"now"}, []string{signature}), body},
		"stale by a second":      {sign(secret, at.Add(-signedFor-time.Second), body), body},
		"stale by a year":        {sign(secret, at.AddDate(-1, 0, 0), body), body},
		"from the future":        {sign(secret, at.Add(signedFor+time.Second), body), body},
		"far from the future":    {sign(secret, at.AddDate(10, 0, 0), body), body},
		"the empty secret":       {sign("", at, body), body},
		"a secret with a blank":  {sign(secret+" ", at, body), body},
		"the secret in capitals": {sign(strings.ToUpper(secret), at, body), body},
		"another's signature":    {sign("f00d", at, body), body},
	}
	for i := range 60 {
		changed := []byte(body)
		changed[random.IntN(len(changed))] ^= 1 << random.IntN(8)
		all[fmt.Sprintf("a changed byte %d", i)] = forgery{good, string(changed)}
	}
	for i := range 30 {
		digits := []byte(mac)
		at := random.IntN(len(digits))
		digits[at] = "0123456789abcdef"[(strings.IndexByte("0123456789abcdef", digits[at])+1+random.IntN(15))%16]
		all[fmt.Sprintf("a changed digit %d", i)] = forgery{headers([]string{stamp}, []string{"v0=" + string(digits)}), body}
	}
	return all
}

func TestForgedRequestsAreRefused(t *testing.T) {
	at := time.Unix(exampleTime, 0)
	seed := rand.Uint64()
	all := forgeries(exampleSecret, at, exampleBody, rand.New(rand.NewPCG(seed, 0)))
	v := verifier(t, clock.NewManual(at), exampleSecret)
	for sentence, f := range all {
		if err := v.Verify(f.header, []byte(f.body)); err == nil {
			t.Errorf("seed %d, %s: it is accepted", seed, sentence)
		}
	}
	if len(all) < 120 {
		t.Errorf("only %d forgeries were tried", len(all))
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
