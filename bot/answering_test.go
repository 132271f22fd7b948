package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// slow answers when it is let.
type slow struct {
	let   chan struct{}
	asked chan context.Context
}

func (s slow) Handle(ctx context.Context, r bot.Request) bot.Reply {
	s.asked <- ctx
	<-s.let
	return bot.Reply{Ref: "INC-1#7"}
}

func answering(h bot.Handler) *bot.Answering {
	return &bot.Answering{Handler: h, Templates: templates.Shipped, After: 20 * time.Millisecond}
}

func TestAQuickAnswerIsTheAnswer(t *testing.T) {
	h := slow{make(chan struct{}), make(chan context.Context, 1)}
	close(h.let)
	a := answering(h)
	a.After = time.Minute
	if reply, rest := a.Answer(t.Context(), bot.Request{}); reply.Ref != "INC-1#7" || reply.Interim || rest != nil {
		t.Errorf("got %+v", reply)
	}
}

func TestASlowAnswerIsAnnouncedAndFollows(t *testing.T) {
	h := slow{make(chan struct{}), make(chan context.Context, 4)}
	a := answering(h)
	reply, later := a.Answer(t.Context(), bot.Request{Delivery: "d"})
	if !reply.Interim || reply.Ref != "" || !strings.HasPrefix(templates.Plain(reply.Message), "recording ...") {
		t.Fatalf("got %+v: %s", reply, templates.Plain(reply.Message))
	}
	if again, _ := a.Answer(t.Context(), bot.Request{Delivery: "d"}); !again.Interim {
		t.Errorf("asked again: %+v", again)
	}
	close(h.let)
	if final, err := later(t.Context()); err != nil || final.Ref != "INC-1#7" {
		t.Errorf("then %+v, %v", final, err)
	}
	a.Wait(t.Context())
	if again, _ := a.Answer(t.Context(), bot.Request{Delivery: "d"}); again.Ref != "INC-1#7" {
		t.Errorf("a moment later: %+v", again)
	}
	if len(h.asked) != 1 {
		t.Errorf("the command was given %d times", len(h.asked))
	}
}

func TestWhoStopsWaitingDoesNotStopTheCommand(t *testing.T) {
	h := slow{make(chan struct{}), make(chan context.Context, 1)}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, later := answering(h).Answer(ctx, bot.Request{})
	if given := <-h.asked; given.Err() != nil {
		t.Error("the command was called off")
	}
	close(h.let)
	if reply, err := later(t.Context()); err != nil || reply.Ref != "INC-1#7" {
		t.Errorf("then %+v, %v", reply, err)
	}
}

func TestMoreThanCanBeDoneIsRefused(t *testing.T) {
	h := slow{make(chan struct{}), make(chan context.Context, 2)}
	a := answering(h)
	a.Workers = 1
	a.Answer(t.Context(), bot.Request{})
	reply, none := a.Answer(t.Context(), bot.Request{})
	if reply.Code != fault.Store || none != nil || !strings.Contains(templates.Plain(reply.Message), "NOT RECORDED") {
		t.Errorf("got %+v", reply)
	}
	close(h.let)
	a.Wait(t.Context())
}

type panicking struct{}

func (panicking) Handle(context.Context, bot.Request) bot.Reply { panic("a defect") }

func TestAPanicIsARefusal(t *testing.T) {
	a := answering(panicking{})
	a.After = time.Minute
	if reply, _ := a.Answer(t.Context(), bot.Request{}); reply.Code != fault.Internal {
		t.Errorf("got %+v", reply)
	}
}
