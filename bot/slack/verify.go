package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
)

const (
	signatureHeader = "X-Slack-Signature"
	timestampHeader = "X-Slack-Request-Timestamp"

	// signedFor is how far the signed time may be from the clock, either way.
	signedFor = 5 * time.Minute
	// mostSignatures bounds the memory of the replay set, to about 10 MB. Only
	// what Slack has signed gets into it.
	mostSignatures = 1 << 16
)

// Verifier tells what Slack has sent from what somebody else has. It is safe
// for concurrent use.
type Verifier struct {
	secrets [][]byte
	clock   clock.Clock
	seen    *recent
}

// NewVerifier returns a verifier for the signing secrets in force: the current
// one and, while it is being changed, the one before. An empty secret is
// refused, since everybody can sign with it.
func NewVerifier(secrets []string, c clock.Clock) (*Verifier, error) {
	if len(secrets) == 0 || len(secrets) > 2 {
		return nil, fault.Newf(fault.Usage, "Give the signing secret of the app; while it is being changed, the old one too.", "Slack needs one or two signing secrets, not %d.", len(secrets))
	}
	v := &Verifier{clock: c, seen: newRecent(mostSignatures)}
	for _, s := range secrets {
		if s == "" {
			return nil, fault.New(fault.Usage, "Give the signing secret that the app's page of basic information shows.", "A signing secret of Slack is empty.")
		}
		v.secrets = append(v.secrets, []byte(s))
	}
	return v, nil
}

// The reasons for which a request is not from Slack. They are for the log: the
// caller learns none.
var (
	errHeaders   = errors.New("it does not have exactly one timestamp and one signature")
	errTimestamp = errors.New("its timestamp is no number of seconds")
	errAge       = errors.New("its timestamp is more than five minutes away")
	errSignature = errors.New("its signature is wrong")
	errReplayed  = errors.New("the same signed bytes have been taken in before")
)

// Verify returns nil when the headers sign the body with a secret in force and
// the same signed bytes have not been here before. A delivery that Slack
// repeats is signed again, at the time of the repetition, so it passes; the
// header that calls it a repetition is not signed and counts for nothing.
func (v *Verifier) Verify(h http.Header, body []byte) error {
	now := v.clock.Now()
	signedAt, err := v.signed(now, h, body)
	if err != nil {
		return err
	}
	if !v.seen.first(h.Get(signatureHeader), now, signedAt.Add(signedFor)) {
		return errReplayed
	}
	return nil
}

// Forget lets a verified request be sent again as it is, because it has not
// been taken in.
func (v *Verifier) Forget(h http.Header) { v.seen.forget(h.Get(signatureHeader)) }

var unixSeconds = regexp.MustCompile(`^[0-9]{1,12}$`)

func (v *Verifier) signed(now time.Time, h http.Header, body []byte) (at time.Time, err error) {
	times, signatures := h.Values(timestampHeader), h.Values(signatureHeader)
	if len(times) != 1 || len(signatures) != 1 {
		return at, errHeaders
	}
	seconds, err := strconv.ParseInt(times[0], 10, 64)
	if err != nil || !unixSeconds.MatchString(times[0]) {
		return at, errTimestamp
	}
	if at = time.Unix(seconds, 0); now.Sub(at).Abs() > signedFor {
		return at, errAge
	}
	// Every secret is tried, whichever fits, so that the time it takes says
	// nothing about them.
	var fits bool
	for _, secret := range v.secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte("v0:" + times[0] + ":"))
		mac.Write(body)
		fits = hmac.Equal([]byte("v0="+hex.EncodeToString(mac.Sum(nil))), []byte(signatures[0])) || fits
	}
	if !fits {
		return at, errSignature
	}
	return at, nil
}
