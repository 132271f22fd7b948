package standin

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// asked is a request to an endpoint, as docs/webhook.md has it.
type asked struct {
	Version  int    `json:"version"`
	Kind     string `json:"kind"`
	Key      string `json:"key"`
	Incident string `json:"incident"`
	Target   string `json:"target"`
	Project  string `json:"project"`
	Parent   string `json:"parent"`
	Ticket   string `json:"ticket"`
	Summary  string `json:"summary"`
	Text     string `json:"text"`
	Severity int    `json:"severity"`
}

// readAsked reads a request, stricter than an endpoint need be, and returns
// what its signature is about.
func readAsked(r *http.Request) (a asked, content []byte, err error) {
	switch r.Method {
	case http.MethodGet:
		a = asked{Kind: Find, Key: r.URL.Query().Get("key")}
		if a.Key == "" {
			err = errors.New("a lookup without a key")
		}
		return a, []byte(r.URL.RawQuery), err
	case http.MethodPost:
		if content, err = io.ReadAll(io.LimitReader(r.Body, 64<<10)); err != nil {
			return a, content, err
		}
		lines := json.NewDecoder(bytes.NewReader(content))
		lines.DisallowUnknownFields()
		if err := lines.Decode(&a); err != nil {
			return a, content, fmt.Errorf("the body cannot be read: %w", err)
		}
		return a, content, a.check(r.Header)
	}
	return a, nil, fmt.Errorf("it takes POST and GET, not %s", r.Method)
}

func (a asked) check(h http.Header) error {
	header, err := url.PathUnescape(h.Get("Idempotency-Key"))
	switch {
	case a.Version != 1:
		return fmt.Errorf("version %d is not known here", a.Version)
	case err != nil || a.Key == "" || header != a.Key:
		return fmt.Errorf("the key is %q in the body and %q in the header", a.Key, h.Get("Idempotency-Key"))
	case h.Get("Content-Type") != "application/json":
		return fmt.Errorf("the body is %q, not application/json", h.Get("Content-Type"))
	}
	return nil
}

// signed tells whether one of the secrets has signed content at a time within
// five minutes of now.
func signed(header string, content []byte, secrets []string, now time.Time) bool {
	const window = 5 * time.Minute
	stamp, marks := "", []string{}
	for part := range strings.SplitSeq(header, ",") {
		switch name, value, _ := strings.Cut(part, "="); name {
		case "t":
			stamp = value
		case "v1":
			marks = append(marks, value)
		}
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > window {
		return false
	}
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(append([]byte(stamp+"."), content...))
		want := hex.EncodeToString(mac.Sum(nil))
		for _, mark := range marks {
			if hmac.Equal([]byte(mark), []byte(want)) {
				return true
			}
		}
	}
	return false
}
