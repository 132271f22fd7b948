package rehearse

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"holdfast/integrations"
	"holdfast/rehearse/standin"
)

// Follower takes in what people do at the pager and in the tracker. Page and
// Ticket look at one of them, as a webhook has it do, and return when what they
// found is on record; Look looks at all, as is done once a minute.
type Follower interface {
	Page(ctx context.Context, name string) error
	Ticket(ctx context.Context, key string) error
	Look(ctx context.Context) error
}

// Sources lists whose webhooks come in: the pager's are those of PagerDuty, the
// tracker's those of Jira, by either name.
var Sources = []string{"pager", "pagerduty", "tracker", "jira"}

const (
	lookEvery = time.Minute
	// What signs in a rehearsal proves nothing outside.
	hookSecret   = "the secret of a rehearsal's webhooks"
	forgerSecret = "what somebody else would sign with"
	hookSigned   = "X-Signature"
	largestHook  = 320 << 10
)

// hooks is how one process hears of what people do at its providers.
type hooks struct {
	pager, tracker http.Handler
	follower       Follower
	next           time.Time // when everything is looked at
}

// openHooks opens the doors of a process. Behind them everything is as in a
// server; what is signed how is the stand-ins' own affair.
func (w *world) openHooks(p *process) (*hooks, error) {
	h := &hooks{follower: w.follow(p.engine, w.pager, w.tracker, w.clock), next: w.clock.Now().Add(lookEvery)}
	door := func(provider string, read func([]byte) (id, about string, err error), hear func(context.Context, string) error) (http.Handler, error) {
		return integrations.NewDoor(integrations.Doorway[string]{
			Provider: provider, Secrets: []string{hookSecret}, Largest: largestHook, Hear: hear,
			Signed: func(h http.Header, body []byte, secrets []string) bool {
				mac, err := hex.DecodeString(h.Get(hookSigned))
				return err == nil && integrations.IsMAC(mac, body, secrets)
			},
			Read: func(body []byte) (id, hint string, about bool, err error) {
				id, hint, err = read(body)
				return id, hint, err == nil, err
			},
		})
	}
	var err error
	h.pager, err = door("the pager", func(body []byte) (string, string, error) {
		e, err := standin.ReadPageEvent(body)
		return e.ID, e.Page, err
	}, h.follower.Page)
	if err != nil {
		return nil, err
	}
	h.tracker, err = door("the tracker", func(body []byte) (string, string, error) {
		e, err := standin.ReadTicketEvent(body)
		return e.ID(), e.Ticket, err
	}, h.follower.Ticket)
	return h, err
}

func (a Inbound) atPager() bool { return a.Source == "pager" || a.Source == "pagerduty" }

// truthful: the provider itself sends it, or would have.
func (a Inbound) truthful() bool { return a.Manner == "" || a.Manner == Lost }

// readable checks what can be checked before anything is run. What comes from a
// stranger may be anything.
func (s *Scenario) readable(a Inbound, o Options) error {
	if o.Follow == nil {
		return errors.New("`webhook` needs somebody who follows pages and tickets, and there is nobody")
	}
	body, err := os.ReadFile(s.path(a.File))
	if err != nil {
		return fmt.Errorf("the file cannot be read: %w", err)
	}
	if !a.truthful() {
		return nil
	}
	if a.atPager() {
		_, err = standin.ReadPageEvent(body)
	} else {
		_, err = standin.ReadTicketEvent(body)
	}
	return err
}

// webhook has something happen at a provider, and the provider tell it; or
// somebody say so who is not the provider. That it was not taken stands beside
// it.
func (r *runner) webhook(ctx context.Context, s *Scenario, a Inbound) error {
	body, err := os.ReadFile(s.path(a.File))
	if err != nil {
		return fmt.Errorf("read the webhook: %w", err)
	}
	if a.truthful() {
		if err := r.happen(a, body); err != nil {
			return err
		}
	}
	r.world.transcript.Record(Event{Kind: KindInput, To: a.Source, Text: a.String()})
	if a.Manner == Lost || r.process == nil {
		return nil
	}
	if status := r.process.hooks.send(ctx, a, body); status != http.StatusAccepted {
		r.world.transcript.Record(Event{Kind: KindFault, To: a.Source, Text: fmt.Sprintf("the webhook is answered %d", status)})
	}
	return nil
}

func (r *runner) happen(a Inbound, body []byte) error {
	if a.atPager() {
		e, err := standin.ReadPageEvent(body)
		if err != nil {
			return err
		}
		return r.world.pager.Happen(e)
	}
	e, err := standin.ReadTicketEvent(body)
	if err != nil {
		return err
	}
	return r.world.tracker.Happen(e)
}

// send hands a webhook in and returns the status of the answer.
func (h *hooks) send(ctx context.Context, a Inbound, body []byte) int {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, "/webhooks/"+a.Source, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	if a.Manner != Unsigned {
		secret := hookSecret
		if a.Manner == Forged {
			secret = forgerSecret
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		q.Header.Set(hookSigned, hex.EncodeToString(mac.Sum(nil)))
	}
	out := &answered{header: http.Header{}}
	if a.atPager() {
		h.pager.ServeHTTP(out, q)
	} else {
		h.tracker.ServeHTTP(out, q)
	}
	return out.status
}

// answered keeps the status of an answer; no door answers with more.
type answered struct {
	header http.Header
	status int
}

func (a *answered) Header() http.Header { return a.header }

func (a *answered) WriteHeader(status int) { a.status = status }

func (a *answered) Write(b []byte) (int, error) { return len(b), nil }

// look looks at all pages and tickets when it is time, and returns when it will
// be next; zero for never.
func (r *runner) look(ctx context.Context, now time.Time) time.Time {
	h := r.process.hooks
	if h == nil || r.process.life.over() {
		return time.Time{}
	}
	if !h.next.After(now) {
		h.next = now.Add(lookEvery)
		if err := h.follower.Look(ctx); err != nil {
			r.world.transcript.Record(Event{Kind: KindFault, To: "process", Text: "cannot look at pages and tickets: " + strings.Join(strings.Fields(err.Error()), " ")})
		}
		return now // the engine may have something to do since
	}
	return h.next
}

// personAtPager returns whom the plan knows a user of the pager as: by the
// user's id there, or else by the person's own.
func (w *world) personAtPager(user string) string {
	if x, known := w.plan.PersonOfPagerDuty(user); known {
		return x.ID
	}
	if slices.Contains(w.plan.PersonIDs(), user) {
		return user
	}
	return ""
}
