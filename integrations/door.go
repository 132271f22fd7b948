package integrations

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"holdfast/internal/fault"
)

// Door takes in the webhooks of one provider. What they say is a hint and
// carries no fact: it only has somebody look. H is what a hint names.
//
// No answer has a body, and all that come from strangers get the same one. What
// is signed is answered 202 when what it is about is on record, and 503 when
// that failed here, so that the provider sends it again; never 4xx for that,
// since a provider drops what is refused and, in the end, its subscription.
// What is signed and cannot be understood has somebody look everywhere, which
// is what the zero hint says.
type Door[H comparable] struct {
	o    Doorway[H]
	busy chan struct{}
	seen recent
}

// Doorway says what a door lets in.
type Doorway[H comparable] struct {
	Provider string   // in sentences: "PagerDuty"
	Secrets  []string // each may have signed: one, or two while they are changed
	Remedy   string   // where to get a good secret
	Largest  int64    // bytes of a webhook
	// Signed says whether one of the secrets has signed the body. It takes the same
	// time whatever differs.
	Signed func(h http.Header, body []byte, secrets []string) bool
	// Read takes a webhook apart: its id, by which a repeat is known ("" is known by
	// nothing), and what it is about; about is false for what concerns nobody.
	Read func(body []byte) (id string, hint H, about bool, err error)
	// Hear looks and returns when it is durable.
	Hear    func(context.Context, H) error
	Refused func(reason string) // counts what was not let in; may be nil
	Log     *slog.Logger        // nil: nobody reads it
}

const (
	leastSecret = 16
	hearLimit   = 8 * time.Second // a provider does not wait for ever
	heardAtOnce = 4
)

// NewDoor refuses a secret that anybody could guess, an empty one first of all.
func NewDoor[H comparable](o Doorway[H]) (*Door[H], error) {
	if n := len(o.Secrets); n < 1 || n > 2 {
		return nil, fault.Newf(fault.Usage, "Give it one secret, or the new and the old one while you change them.", "The webhook of %s has %d secrets.", o.Provider, n)
	}
	for _, s := range o.Secrets {
		if len(s) < leastSecret {
			return nil, fault.Newf(fault.Usage, o.Remedy, "A secret of the webhook of %s is shorter than %d characters.", o.Provider, leastSecret)
		}
	}
	if o.Refused == nil {
		o.Refused = func(string) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Door[H]{o: o, busy: make(chan struct{}, heardAtOnce)}, nil
}

// ServeHTTP answers one webhook.
func (d *Door[H]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			d.o.Log.Error("a webhook of "+d.o.Provider+" panicked", "panic", p, "stack", string(debug.Stack()))
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}()
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(d.refuse(r, http.StatusMethodNotAllowed, "method", r.Method))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, d.o.Largest))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		w.WriteHeader(d.refuse(r, http.StatusRequestEntityTooLarge, "size", err.Error()))
	case err != nil:
		w.WriteHeader(d.refuse(r, http.StatusServiceUnavailable, "body", err.Error()))
	case !d.o.Signed(r.Header, body, d.o.Secrets):
		w.WriteHeader(d.refuse(r, http.StatusUnauthorized, "signature", "the signature does not hold"))
	default:
		w.WriteHeader(d.take(r.Context(), body))
	}
}

// take is told of what is signed.
func (d *Door[H]) take(ctx context.Context, body []byte) int {
	id, hint, about, err := d.o.Read(body)
	if err != nil {
		var everywhere H
		hint, about = everywhere, true
		d.o.Log.Warn("a webhook of "+d.o.Provider+" cannot be read", "err", err)
	}
	if !about || d.seen.has(id) {
		return http.StatusAccepted
	}
	ctx, done := context.WithTimeout(ctx, hearLimit)
	defer done()
	select {
	case d.busy <- struct{}{}:
		defer func() { <-d.busy }()
	case <-ctx.Done():
		return http.StatusServiceUnavailable
	}
	if err := d.o.Hear(ctx, hint); err != nil {
		d.o.Log.Warn("what a webhook of "+d.o.Provider+" is about could not be looked at; it is to be sent again", "event", id, "err", err)
		return http.StatusServiceUnavailable
	}
	d.seen.add(id)
	return http.StatusAccepted
}

func (d *Door[H]) refuse(r *http.Request, status int, reason, why string) int {
	d.o.Refused(reason)
	d.o.Log.Warn("refused a request that should be from "+d.o.Provider, "remote", r.RemoteAddr, "reason", why)
	return status
}

// IsMAC says whether a value is the HMAC-SHA256 of a body under one of the
// secrets, in the same time whatever differs.
func IsMAC(value, body []byte, secrets []string) bool {
	holds := false
	for _, s := range secrets {
		mac := hmac.New(sha256.New, []byte(s))
		mac.Write(body)
		holds = hmac.Equal(value, mac.Sum(nil)) || holds
	}
	return holds
}

// recent remembers the ids of the last webhooks that are on record. One that is
// forgotten is looked at again, which changes nothing.
type recent struct {
	mu   sync.Mutex
	ids  map[string]bool
	ring []string
	next int
}

// remembered is how many of them, and longestID how long one may be.
const (
	remembered = 4096
	longestID  = 200
)

func (r *recent) has(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return id != "" && r.ids[id]
}

func (r *recent) add(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id == "" || len(id) > longestID || r.ids[id] {
		return
	}
	if r.ids == nil {
		r.ids, r.ring = map[string]bool{}, make([]string, remembered)
	}
	delete(r.ids, r.ring[r.next])
	r.ids[id], r.ring[r.next] = true, id
	r.next = (r.next + 1) % remembered
}
