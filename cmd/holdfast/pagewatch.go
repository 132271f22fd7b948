package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"holdfast/engine"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/storage"
)

// pageEvery is how often the pager is asked what became of the pages of open
// incidents.
const pageEvery = time.Minute

// pageWatch follows pages after the pager has accepted them. What it asks for
// is the truth; a webhook only has it ask at once.
type pageWatch struct {
	engine *engine.Engine
	states integrations.PageStates
	log    *slog.Logger
	clock  clock.Clock

	turn sync.Mutex // one look at a time, so that a repeated webhook finds what the first has done
	mu   sync.Mutex
	told map[string]string // effect -> who the pager knows to be on it
	rest time.Time         // the pager wants to be left alone until then
}

// watchPages returns nil when the pager does not tell.
func watchPages(p integrations.Pager, log *slog.Logger) *pageWatch {
	states := integrations.PageStatesOf(p)
	if states == nil {
		return nil
	}
	return &pageWatch{states: states, log: log, clock: clock.System{}, told: map[string]string{}}
}

// run asks every minute, and when somebody has said here that he is on it,
// until ctx ends. Only the replica that leads does.
func (w *pageWatch) run(ctx context.Context, grown <-chan storage.Growth) {
	tick := time.NewTicker(pageEvery)
	defer tick.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if w.engine.Leading() {
				err = w.poll(ctx)
			}
		case g, open := <-grown:
			if !open {
				return
			}
			if w.engine.Leading() {
				err = w.grew(ctx, g.Journal)
			}
		}
		if err != nil && ctx.Err() == nil {
			w.log.Warn("the pager does not say what became of the pages", "err", err)
		}
	}
}

// poll looks at every page of every open incident.
func (w *pageWatch) poll(ctx context.Context) error {
	open, err := w.open(ctx)
	if err != nil {
		return err
	}
	return w.look(ctx, open, func(incident.Page) bool { return true })
}

// grew looks at the pages of an incident that somebody is on and the pager may
// not know it of.
func (w *pageWatch) grew(ctx context.Context, id string) error {
	if !strings.HasPrefix(id, "INC-") {
		return nil
	}
	s, err := w.engine.Recent(ctx, id)
	if err != nil || !s.Open() {
		return err
	}
	return w.look(ctx, []incident.State{s}, func(p incident.Page) bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return p.Acknowledged != "" && w.told[p.Effect] != p.Acknowledged
	})
}

// hear looks at the page under a key, or of that name; at all of them when
// there is neither. What is not a page of an open incident is no error.
func (w *pageWatch) hear(ctx context.Context, key, name string) error {
	open, err := w.open(ctx)
	if err != nil {
		return err
	}
	return w.look(ctx, open, func(p incident.Page) bool {
		return key == "" && name == "" || p.Effect == key || name != "" && (p.ID == name || strings.HasPrefix(p.ID, name+"/")) || key == "" && p.ID == p.Effect
	})
}

// open returns the incidents that are open, as their journals say it now.
func (w *pageWatch) open(ctx context.Context) ([]incident.State, error) {
	all, err := w.engine.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	var open []incident.State
	for _, l := range all {
		if l.Closed {
			continue
		}
		s, err := w.engine.State(ctx, l.ID)
		if err != nil {
			w.log.Warn("the pages of an incident cannot be followed", "incident", l.ID, "err", err)
			continue
		}
		if s.Open() {
			open = append(open, s)
		}
	}
	return open, nil
}

// look asks the pager about pages, one after another. The first failure ends
// it: what does not answer about one page does not about the next.
func (w *pageWatch) look(ctx context.Context, all []incident.State, wanted func(incident.Page) bool) error {
	w.turn.Lock()
	defer w.turn.Unlock()
	for _, s := range all {
		for _, p := range s.Pages {
			if p.Outcome != journal.Done || p.Turn == incident.PageOver || !wanted(p) {
				continue
			}
			if err := w.page(ctx, s.ID, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// page takes in what became of one page, and tells the pager who is on it.
func (w *pageWatch) page(ctx context.Context, id string, p incident.Page) error {
	if wait := w.resting().Sub(w.clock.Now()); wait > 0 {
		return errors.New("the pager wants to be left alone for " + wait.Round(time.Second).String())
	}
	news, found, err := w.states.History(ctx, p.Effect, p.ID)
	if err != nil {
		return w.failed(err)
	}
	r, err := w.engine.Do(ctx, engine.Command{Journal: id, Action: integrations.Became(p, news, found),
		Actor: incident.Person{ID: journal.Bot}, Source: "pager"})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(r.State.Pages, func(x incident.Page) bool { return x.Effect == p.Effect })
	if at < 0 || !found {
		return nil
	}
	p = r.State.Pages[at]
	if integrations.Untold(p, news) {
		if err := w.states.Acknowledge(ctx, p.Effect, p.ID, p.Acknowledged); err != nil {
			return w.failed(err)
		}
		if w.knows(p.Effect) != p.Acknowledged {
			w.log.Info("told the pager who is on it", "incident", id, "page", p.ID, "person", p.Acknowledged)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told[p.Effect] = p.Acknowledged
	return nil
}

func (w *pageWatch) knows(effect string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.told[effect]
}

func (w *pageWatch) resting() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rest
}

// failed remembers until when the pager wants to be left alone.
func (w *pageWatch) failed(err error) error {
	var hint interface{ RetryAfter() time.Duration }
	if errors.As(err, &hint) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.rest = w.clock.Now().Add(hint.RetryAfter())
	}
	return err
}
