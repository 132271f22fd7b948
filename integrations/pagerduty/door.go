package pagerduty

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
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"holdfast/internal/fault"
	"holdfast/internal/plaintext"
)

// Hint is PagerDuty's word that something has happened to one of its incidents.
// It only says where to look: the same may come five times, in any order, or
// not at all.
type Hint struct {
	Incident string // PagerDuty's id; empty: look everywhere
	Key      string // the key that it was opened under; may be empty
}

// DoorOptions say how webhooks are taken in.
type DoorOptions struct {
	Secrets []string // of the webhook subscription; two while they are rotated
	// Look looks what has happened and returns when it is durable. An error has
	// PagerDuty send the webhook again.
	Look    func(context.Context, Hint) error
	Refused func(reason string) // counts what was not let in
	Log     *slog.Logger
}

// Door takes in PagerDuty's webhooks, version 3.
type Door struct {
	o    DoorOptions
	seen recent
}

const (
	largestBody = 320 << 10
	leastSecret = 16
	mostMACs    = 16              // in one header
	lookLimit   = 8 * time.Second // PagerDuty does not wait for ever
)

// NewDoor returns a door. An empty secret would let anybody in, and is refused.
func NewDoor(o DoorOptions) (*Door, error) {
	if n := len(o.Secrets); n < 1 || n > 2 {
		return nil, fault.Newf(fault.Usage, "Give it one secret, or the new and the old one while you change them.", "PagerDuty's webhook has %d secrets.", n)
	}
	for _, s := range o.Secrets {
		if len(s) < leastSecret {
			return nil, fault.Newf(fault.Usage, "Copy the signing secret that PagerDuty has shown for the subscription.", "A secret of PagerDuty's webhook is shorter than %d characters.", leastSecret)
		}
	}
	return &Door{o: o}, nil
}

// ServeHTTP answers 202 when what a webhook is about has been looked at, 503
// when that failed here, and never 4xx for that: PagerDuty would drop it and,
// in the end, the subscription.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			d.o.Log.Error("a webhook of PagerDuty panicked", "panic", p, "stack", string(debug.Stack()))
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}()
	if r.Method != http.MethodPost {
		d.refuse(w, r, http.StatusMethodNotAllowed, "method", r.Method)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		d.refuse(w, r, http.StatusRequestEntityTooLarge, "size", err.Error())
		return
	case err != nil:
		d.refuse(w, r, http.StatusServiceUnavailable, "body", err.Error())
		return
	case !signed(r.Header.Values("X-PagerDuty-Signature"), body, d.o.Secrets):
		d.refuse(w, r, http.StatusUnauthorized, "signature", "the signature does not hold")
		return
	}
	event, hint, err := read(body)
	if err != nil {
		// It is PagerDuty who speaks, and not to be understood: look everywhere.
		d.o.Log.Warn("a webhook of PagerDuty cannot be read", "err", err)
	}
	if (err == nil && hint == Hint{}) || d.seen.has(event) {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	ctx, done := context.WithTimeout(r.Context(), lookLimit)
	defer done()
	if err := d.o.Look(ctx, hint); err != nil {
		d.o.Log.Warn("what a webhook of PagerDuty is about could not be looked at; it is to be sent again", "event", event, "err", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	d.seen.add(event)
	w.WriteHeader(http.StatusAccepted)
}

func (d *Door) refuse(w http.ResponseWriter, r *http.Request, status int, reason, why string) {
	d.o.Refused(reason)
	d.o.Log.Warn("refused a request that should be from PagerDuty", "remote", r.RemoteAddr, "reason", why)
	w.WriteHeader(status)
}

// signed says whether one of the values in the headers is that of one of the
// secrets.
func signed(headers []string, body []byte, secrets []string) bool {
	var wanted [][]byte
	for _, s := range secrets {
		mac := hmac.New(sha256.New, []byte(s))
		mac.Write(body)
		wanted = append(wanted, mac.Sum(nil))
	}
	holds := false
	for n, value := range strings.Split(strings.Join(headers, ","), ",") {
		v1, ok := strings.CutPrefix(strings.TrimSpace(value), "v1=")
		got, err := hex.DecodeString(strings.TrimSpace(v1))
		if !ok || err != nil || n >= mostMACs {
			continue
		}
		for _, want := range wanted {
			holds = hmac.Equal(got, want) || holds
		}
	}
	return holds
}

var errDeep = errors.New("it is nested too deep")

// read takes a webhook apart. What is about no incident gives no hint.
func read(body []byte) (event string, h Hint, err error) {
	var says struct {
		Event struct {
			ID   string `json:"id"`
			Kind string `json:"event_type"`
			Data struct {
				ID   string `json:"id"`
				Type string `json:"type"`
				Key  string `json:"incident_key"`
				Of   struct {
					ID string `json:"id"`
				} `json:"incident"`
			} `json:"data"`
		} `json:"event"`
	}
	if !plaintext.Shallow(body) {
		return "", Hint{}, errDeep
	}
	if err := json.Unmarshal(body, &says); err != nil {
		return "", Hint{}, errors.New("it is no JSON of this kind")
	}
	e := says.Event
	if of := e.Data.Of.ID; strings.HasPrefix(e.Kind, "incident.responder.") && thing.MatchString(of) {
		return e.ID, Hint{Incident: of}, nil
	}
	if !strings.HasPrefix(e.Kind, "incident.") || e.Data.Type != "incident" || !thing.MatchString(e.Data.ID) {
		return e.ID, Hint{}, nil
	}
	return e.ID, Hint{Incident: e.Data.ID, Key: e.Data.Key}, nil
}

// recent remembers the ids of the last events that were looked at.
type recent struct {
	mu   sync.Mutex
	ids  map[string]bool
	ring []string
	next int
}

// remembered is how many of them.
const remembered = 4096

func (r *recent) has(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return id != "" && r.ids[id]
}

func (r *recent) add(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	const longest = 200
	if id == "" || len(id) > longest || r.ids[id] {
		return
	}
	if r.ids == nil {
		r.ids, r.ring = map[string]bool{}, make([]string, remembered)
	}
	delete(r.ids, r.ring[r.next])
	r.ids[id], r.ring[r.next] = true, id
	r.next = (r.next + 1) % remembered
}
