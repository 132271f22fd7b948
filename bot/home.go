package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"holdfast/incident"
	"holdfast/templates"
)

// Pages is a platform on which each person has a page of their own.
type Pages interface {
	// ShowPage puts a message on a person's page in place of what was there.
	ShowPage(ctx context.Context, person string, m templates.Message) error
}

const (
	// homeEvery is how often one page is drawn at most, whoever asks for it.
	homeEvery = time.Second
	// homeChanged is how often one is drawn at most for what others have done.
	homeChanged = 10 * time.Second
	// homeLife is how long a page is kept true after it was last looked at.
	homeLife = 8 * time.Hour
	// mostHomes bounds the pages that are kept true; the others are drawn when
	// they are opened.
	mostHomes = 2000
)

// Homes keeps the pages true that people look at: each when it is opened, when
// its person has done something and when an incident changes that involves
// them. Nothing of it is recorded, and what cannot be shown is logged: the page
// is drawn again when it is opened.
//
// It is safe for concurrent use.
type Homes struct {
	Platform Pages
	// Draw returns what a person's page says.
	Draw func(ctx context.Context, person string) (templates.Message, error)
	Now  func() time.Time
	Log  *slog.Logger

	mu    sync.Mutex
	pages map[string]*page // by person
	wake  chan struct{}
}

type page struct {
	looked time.Time // when it was last opened, or used
	drawn  time.Time // the last try; zero for never
	due    time.Time // when it is to be drawn; zero: it is true
	anyway bool      // also when it says what it said
	text   string    // what it says; empty when that is not known
}

// Look has a page drawn that a person has opened, or pressed a button on.
func (h *Homes) Look(person string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	if h.pages == nil {
		h.pages = map[string]*page{}
	}
	p := h.pages[person]
	if p == nil {
		h.forget(now)
		p = &page{}
		h.pages[person] = p
	}
	p.looked, p.anyway = now, true
	h.want(p, now, homeEvery)
}

// Did has the page of a person drawn who has done something, if they look at
// it.
func (h *Homes) Did(person string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.pages[person]; p != nil {
		h.want(p, h.Now(), homeEvery)
	}
}

// Display implements the engine's display: it notes whose pages are no longer
// true, and draws none itself.
func (h *Homes) Display(_ context.Context, s incident.State, now time.Time) (next time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.pages) == 0 {
		return time.Time{}
	}
	for _, person := range s.Involved() {
		if p := h.pages[person]; p != nil && now.Sub(p.looked) < homeLife {
			h.want(p, now, homeChanged)
		}
	}
	return time.Time{}
}

// want has a page drawn no sooner than a while after the last time. mu is held.
func (h *Homes) want(p *page, now time.Time, every time.Duration) {
	due := now
	if next := p.drawn.Add(every); !p.drawn.IsZero() && next.After(due) {
		due = next
	}
	if p.due.IsZero() || due.Before(p.due) {
		p.due = due
	}
	select {
	case h.bell() <- struct{}{}:
	default:
	}
}

// bell wakes Run. mu is held.
func (h *Homes) bell() chan struct{} {
	if h.wake == nil {
		h.wake = make(chan struct{}, 1)
	}
	return h.wake
}

// forget makes room for one more page. mu is held.
func (h *Homes) forget(now time.Time) {
	if len(h.pages) < mostHomes {
		return
	}
	for person, p := range h.pages {
		if now.Sub(p.looked) >= homeLife {
			delete(h.pages, person)
		}
	}
	if len(h.pages) >= mostHomes {
		clear(h.pages) // each comes back when it is opened
	}
}

// Step draws every page whose time has come and returns when the next one is
// due; zero when none is.
func (h *Homes) Step(ctx context.Context) (next time.Time) {
	for {
		person, due := h.next()
		if person == "" {
			return due
		}
		h.draw(ctx, person)
	}
}

// next takes a page whose time has come, or says when one will be due.
func (h *Homes) next() (person string, due time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	for who, p := range h.pages {
		switch {
		case p.due.IsZero():
		case !p.due.After(now):
			p.due, p.drawn = time.Time{}, now
			return who, now
		case due.IsZero() || p.due.Before(due):
			due = p.due
		}
	}
	return "", due
}

func (h *Homes) draw(ctx context.Context, person string) {
	m, err := h.Draw(ctx, person)
	if err != nil {
		h.Log.Warn("draw a home", "person", person, "err", err)
		return
	}
	text := templates.Plain(m)
	for _, b := range m.Buttons() {
		text += "\n" + b.Command
	}
	if !h.differs(person, text) {
		return
	}
	err = h.Platform.ShowPage(ctx, person, m)
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.pages[person]
	if p == nil {
		return
	}
	if err == nil {
		p.text = text
		return
	}
	h.Log.Warn("show a home", "person", person, "err", err)
	p.text = ""
	var hint interface{ RetryAfter() time.Duration }
	if errors.As(err, &hint) {
		p.anyway = true
		h.want(p, h.Now(), max(hint.RetryAfter(), homeEvery))
	}
}

// differs says whether a page is to be shown: it says something else, or was
// opened.
func (h *Homes) differs(person, text string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.pages[person]
	if p == nil || !p.anyway && p.text == text {
		return false
	}
	p.anyway = false
	return true
}

// Run draws pages until ctx ends.
func (h *Homes) Run(ctx context.Context) {
	h.mu.Lock()
	bell := h.bell()
	h.mu.Unlock()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		next := h.Step(ctx)
		timer.Stop()
		if !next.IsZero() {
			timer.Reset(max(next.Sub(h.Now()), time.Millisecond))
		}
		select {
		case <-ctx.Done():
			return
		case <-bell:
		case <-timer.C:
		}
	}
}

// After hands requests on and has the page of whoever has asked drawn again.
// What was pressed in no room may have been pressed on the page itself, which
// another replica may have shown.
func (h *Homes) After(platform string, next Handler) Handler { return homing{h, platform, next} }

type homing struct {
	homes    *Homes
	platform string
	next     Handler
}

// Handle implements Handler.
func (o homing) Handle(ctx context.Context, r Request) Reply {
	reply := o.next.Handle(ctx, r)
	switch {
	case r.Platform != o.platform:
	case r.Room == "" && (r.Origin == "button" || r.Origin == "form"):
		o.homes.Look(r.Person)
	default:
		o.homes.Did(r.Person)
	}
	return reply
}
