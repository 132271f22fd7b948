package bot

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"holdfast/internal/fault"
	"holdfast/templates"
)

// Answering hands requests to a handler and lets nobody wait longer than a
// chat platform does. What has begun is finished, whoever stops waiting.
type Answering struct {
	Handler   Handler
	Templates func() *templates.Set
	After     time.Duration // the interim answer is given then; 0 is two seconds
	Workers   int           // requests at once; 0 is 200
	Log       *slog.Logger  // may be nil

	begin   sync.Once
	slots   chan struct{}
	running sync.WaitGroup

	mu      sync.Mutex
	pending map[string]*pending // by delivery
}

// pending is a request that is being answered, or was a moment ago.
type pending struct {
	done  chan struct{} // closed when reply is there
	reply Reply
	told  atomic.Bool // somebody has had an interim answer, and will ask again
}

const (
	interimAfter = 2 * time.Second
	mostWorkers  = 200
	// afterglow is how long a reply is kept for who has had an interim one and
	// asks again.
	afterglow = 5 * time.Second
)

func (a *Answering) prepare() {
	a.begin.Do(func() {
		if a.After == 0 {
			a.After = interimAfter
		}
		if a.Workers == 0 {
			a.Workers = mostWorkers
		}
		if a.Log == nil {
			a.Log = slog.New(slog.DiscardHandler)
		}
		a.slots = make(chan struct{}, a.Workers)
		a.pending = map[string]*pending{}
	})
}

// Answer returns the handler's reply. When that takes too long it returns an
// interim one, and later brings the reply. The same delivery, handed in again
// meanwhile, waits for the one that is under way. When ctx ends, the request is
// finished all the same.
func (a *Answering) Answer(ctx context.Context, r Request) (reply Reply, later func(context.Context) (Reply, error)) {
	a.prepare()
	patience := time.NewTimer(a.After)
	defer patience.Stop()
	p, begun := a.join(r.Delivery)
	if !begun {
		select {
		case a.slots <- struct{}{}:
		case <-patience.C:
			a.finish(r.Delivery, p, a.refusal(fault.New(fault.Store, "NOT RECORDED: too many commands wait to be recorded.", "Write it down, and try again in a moment.")))
			return p.reply, nil
		}
		a.running.Go(func() {
			defer func() { <-a.slots }()
			a.finish(r.Delivery, p, a.handle(context.WithoutCancel(ctx), r))
		})
	}
	select {
	case <-p.done:
		return p.reply, nil
	case <-patience.C:
	}
	p.told.Store(true)
	return a.interim(), func(ctx context.Context) (Reply, error) {
		select {
		case <-p.done:
			return p.reply, nil
		case <-ctx.Done():
			return Reply{}, ctx.Err()
		}
	}
}

// join returns the pending answer to a delivery; begun is false when the caller
// has to bring it about.
func (a *Answering) join(delivery string) (p *pending, begun bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if p, begun = a.pending[delivery]; begun && delivery != "" {
		return p, true
	}
	p = &pending{done: make(chan struct{})}
	if delivery != "" {
		a.pending[delivery] = p
	}
	return p, false
}

// finish brings the reply. It is kept for a while when somebody was told to ask
// for it again; otherwise it is forgotten before anybody has it, so that the same
// delivery, handed in after it was answered, always goes to the handler.
func (a *Answering) finish(delivery string, p *pending, reply Reply) {
	p.reply = reply
	defer close(p.done)
	forget := func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.pending[delivery] == p {
			delete(a.pending, delivery)
		}
	}
	if p.told.Load() {
		time.AfterFunc(afterglow, forget)
		return
	}
	forget()
}

// Wait returns when nothing is being answered any more, or with ctx.
func (a *Answering) Wait(ctx context.Context) {
	over := make(chan struct{})
	go func() {
		a.running.Wait()
		close(over)
	}()
	select {
	case <-over:
	case <-ctx.Done():
	}
}

func (a *Answering) handle(ctx context.Context, r Request) (reply Reply) {
	defer func() {
		if p := recover(); p != nil {
			a.Log.Error("a command panicked", "delivery", r.Delivery, "panic", p, "stack", string(debug.Stack()))
			reply = a.refusal(fault.From(errors.New("a command panicked")))
		}
	}()
	return a.Handler.Handle(ctx, r)
}

func (a *Answering) interim() Reply {
	m, err := a.Templates().Render("recording", templates.View{})
	if err != nil {
		a.Log.Error("write the interim answer", "err", err)
	}
	return Reply{Message: m, Interim: true}
}

func (a *Answering) refusal(f *fault.Error) Reply {
	m, err := a.Templates().Render("refused", templates.View{Error: string(f.Code), Wrong: f.Text, Next: f.Next})
	if err != nil {
		a.Log.Error("write a refusal", "err", err)
	}
	return Reply{Message: m, Code: f.Code}
}
