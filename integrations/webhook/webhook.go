// Package webhook is a pager and a tracker at a URL of the operator's own: a
// script that wakes people, another pager, the last rung of a ladder. What is
// sent there and what is expected back is the contract of docs/webhook.md.
package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
)

// Options say where the endpoint is and how it knows that Holdfast calls.
type Options struct {
	URL     string           // http or https; may hold a user and a query, which no message shows
	Secrets []string         // each signs every request: one, or two while they are rotated
	HTTP    *outbound.Client // makes the calls
	Clock   clock.Clock      // dates the signatures; nil: the system's
}

// leastSecret is the length from which a secret cannot be guessed by trying.
const leastSecret = 16

// endpoint is one URL that is told what to do.
type endpoint struct {
	name    string // in errors
	url     *url.URL
	secrets []string
	http    *outbound.Client
	clock   clock.Clock
}

func newEndpoint(role string, o Options) (*endpoint, error) {
	u, err := outbound.ParseURL(o.URL)
	if err != nil {
		return nil, err
	}
	if n := len(o.Secrets); n < 1 || n > 2 {
		return nil, fault.Newf(fault.Usage, "Give it one secret, or the new and the old one while you change them.",
			"The %s's webhook has %d secrets.", role, n)
	}
	for _, s := range o.Secrets {
		if len(s) < leastSecret {
			return nil, fault.Newf(fault.Usage, "Make a new one, for example with `openssl rand -hex 32`.",
				"A secret of the %s's webhook is shorter than %d characters.", role, leastSecret)
		}
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	return &endpoint{name: "the " + role + "'s webhook at " + u.Host, url: u, secrets: o.Secrets, http: o.HTTP, clock: o.Clock}, nil
}

// request is what an endpoint is asked to do.
type request struct {
	Version  int    `json:"version"`
	Kind     string `json:"kind"`
	Key      string `json:"key"`
	Incident string `json:"incident,omitempty"`
	Target   string `json:"target,omitempty"`
	Project  string `json:"project,omitempty"`
	Parent   string `json:"parent,omitempty"`
	Ticket   string `json:"ticket,omitempty"`
	Summary  string `json:"summary,omitempty"`
	Text     string `json:"text,omitempty"`
	Severity int    `json:"severity,omitempty"`
}

// post asks for something once and returns the endpoint's name for it.
func (e *endpoint) post(ctx context.Context, r request) (id string, err error) {
	r.Version = 1
	body, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("%s: write the request: %w", e.name, err)
	}
	req, err := e.request(ctx, http.MethodPost, e.url, body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", inHeader(r.Key))
	req.Header.Set(signatureHeader, sign(e.clock.Now(), body, e.secrets))
	answer, err := e.http.Fetch(req)
	if err != nil {
		return "", e.failed(err)
	}
	if id, err = readID(answer); err != nil {
		return "", e.failed(err)
	}
	return id, nil
}

// find asks for what was made under a key.
func (e *endpoint) find(ctx context.Context, key string) (id string, found bool, err error) {
	u := *e.url
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += "key=" + url.QueryEscape(key)
	req, err := e.request(ctx, http.MethodGet, &u, nil)
	if err != nil {
		return "", false, err
	}
	req.Header.Set(signatureHeader, sign(e.clock.Now(), []byte(u.RawQuery), e.secrets))
	answer, err := e.http.Fetch(req)
	if err != nil {
		if isMissing(err) {
			return "", false, nil
		}
		return "", false, e.failed(err)
	}
	if id, err = readID(answer); err != nil {
		return "", false, e.failed(err)
	}
	return id, true, nil
}

// isMissing reports whether the endpoint itself says that it has nothing under
// a key. Somebody else's 404, of a proxy or a wrong path, is not in JSON, and
// believing it would call people twice.
func isMissing(err error) bool {
	var f *outbound.Failure
	if !errors.As(err, &f) || f.Status != http.StatusNotFound {
		return false
	}
	_, err = read(f.Body)
	return err == nil
}

func (e *endpoint) request(ctx context.Context, method string, u *url.URL, body []byte) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), content)
	if err != nil {
		return nil, fmt.Errorf("%s: its URL cannot be used", e.name) // err repeats it
	}
	r.Header.Set("Accept", "application/json")
	return r, nil
}

// failed gives a failure the endpoint's own reason, and its meaning.
func (e *endpoint) failed(err error) error {
	var f *outbound.Failure
	if errors.As(err, &f) && f.Err == nil {
		if a, err := read(f.Body); err == nil {
			f.Says = a.Error
		}
	}
	return integrations.Failed(e.name, err)
}

// inHeader writes a key so that any header can hold it: what is not printable
// ASCII is percent-encoded, and the percent sign too.
func inHeader(key string) string {
	var b strings.Builder
	for _, c := range []byte(key) {
		if c <= ' ' || c > '~' || c == '%' {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
