package bot

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
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
}

const (
	interimAfter = 2 * time.Second
	mostWorkers  = 200
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
	})
}

// Answer returns the handler's reply. When that takes too long it returns an
// interim one, and a channel that brings the reply; the same request, handed in
// again, brings it too. When ctx ends, nobody waits any more and the request is
// finished all the same.
func (a *Answering) Answer(ctx context.Context, r Request) (Reply, <-chan Reply) {
	a.prepare()
	patience := time.NewTimer(a.After)
	defer patience.Stop()
	select {
	case a.slots <- struct{}{}:
	case <-patience.C:
		return a.refusal(fault.New(fault.Store, "NOT RECORDED: too many commands wait to be recorded.", "Write it down, and try again in a moment.")), nil
	}
	done := make(chan Reply, 1)
	a.running.Go(func() {
		defer func() { <-a.slots }()
		done <- a.handle(context.WithoutCancel(ctx), r)
	})
	select {
	case reply := <-done:
		return reply, nil
	case <-patience.C:
		return a.interim(), done
	}
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
