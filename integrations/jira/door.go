package jira

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"holdfast/internal/fault"
	"holdfast/internal/plaintext"
)

// Receiving says what a door lets in.
type Receiving struct {
	Secrets []string // each may have signed: one, or two while they are changed
	// Heard is told of a ticket that something has happened to. When it returns
	// nil, what has come of that is on record.
	Heard   func(ctx context.Context, ticket string) error
	Refused func(why string) // counts what was not let in; may be nil
	Log     *slog.Logger
}

// Door takes Jira's webhooks. What they say is a hint only: whoever hears of a
// ticket reads it again. Jira is answered 202 when that is on record, and 503
// when Holdfast itself, or the way to Jira, is in trouble; then Jira comes again,
// and if it does not, whoever looks at all tickets now and then finds the change.
type Door struct {
	o    Receiving
	busy chan struct{}

	mu     sync.Mutex
	heard  map[string]bool // webhooks that are on record
	before map[string]bool // the older half of them
}

const (
	largestHook   = 256 << 10
	leastSecret   = 16
	hookPatience  = 8 * time.Second
	hooksAtOnce   = 4
	rememberHooks = 2000
)

// NewDoor refuses a secret that anybody could guess, an empty one first of all.
func NewDoor(o Receiving) (*Door, error) {
	if n := len(o.Secrets); n < 1 || n > 2 {
		return nil, fault.Newf(fault.Usage, "Give it one secret, or the new and the old one while you change them.", "Jira's webhooks have %d secrets.", n)
	}
	for _, s := range o.Secrets {
		if len(s) < leastSecret {
			return nil, fault.Newf(fault.Usage, "Make a new one, for example with `openssl rand -hex 32`.", "A secret of Jira's webhooks is shorter than %d characters.", leastSecret)
		}
	}
	if o.Refused == nil {
		o.Refused = func(string) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Door{o: o, busy: make(chan struct{}, hooksAtOnce), heard: map[string]bool{}, before: map[string]bool{}}, nil
}

// ServeHTTP answers one webhook. No answer has a body, and all that come from
// strangers get the same one.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(d.take(w, r))
}

func (d *Door) take(w http.ResponseWriter, r *http.Request) int {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return http.StatusMethodNotAllowed
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestHook))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		d.refuse("size")
		return http.StatusRequestEntityTooLarge
	case err != nil:
		return http.StatusBadRequest // nobody waits for it
	case !d.isSigned(r.Header.Values("X-Hub-Signature"), body):
		d.refuse("signature")
		return http.StatusUnauthorized
	}
	h, ok := readHook(body)
	if !ok {
		d.refuse("content")
		return http.StatusBadRequest
	}
	print := sha256.Sum256(body)
	id := hex.EncodeToString(print[:]) + " " + h.Changelog.ID.String()
	if !keyForm.MatchString(h.Issue.Key) || d.knows(id) {
		return http.StatusAccepted // it is about no ticket, or on record
	}
	ctx, done := context.WithTimeout(r.Context(), hookPatience)
	defer done()
	select {
	case d.busy <- struct{}{}:
		defer func() { <-d.busy }()
	case <-ctx.Done():
		return http.StatusServiceUnavailable
	}
	if err := d.o.Heard(ctx, h.Issue.Key); err != nil {
		d.o.Log.Warn("a webhook of Jira's is not on record; it is asked to come again", "ticket", h.Issue.Key, "err", err)
		return http.StatusServiceUnavailable
	}
	d.keep(id)
	return http.StatusAccepted
}

func (d *Door) refuse(why string) {
	d.o.Refused(why)
	d.o.Log.Warn("a webhook of Jira's was refused", "why", why)
}

// isSigned compares in the same time whatever differs.
func (d *Door) isSigned(headers []string, body []byte) bool {
	if len(headers) != 1 {
		return false
	}
	digest, isSHA := strings.CutPrefix(headers[0], "sha256=")
	got, err := hex.DecodeString(digest)
	good := false
	for _, secret := range d.o.Secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		good = hmac.Equal(mac.Sum(nil), got) || good
	}
	return good && isSHA && err == nil
}

// hook is all that is read of a webhook.
type hook struct {
	Issue struct {
		Key string `json:"key"`
	} `json:"issue"`
	Changelog struct {
		ID json.Number `json:"id"`
	} `json:"changelog"`
}

// readHook reads a webhook that nests no deeper than a provider's do.
func readHook(body []byte) (h hook, ok bool) {
	ok = plaintext.Shallow(body) && json.Unmarshal(body, &h) == nil
	return h, ok
}

func (d *Door) knows(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.heard[id] || d.before[id]
}

// keep forgets the older half of what it knows when there is too much of it: the
// journal takes nothing twice in any case.
func (d *Door) keep(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.heard[id] = true; len(d.heard) > rememberHooks {
		d.before, d.heard = d.heard, map[string]bool{}
	}
}
