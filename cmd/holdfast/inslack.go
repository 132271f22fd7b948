package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"holdfast/bot"
	"holdfast/bot/slack"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/rehearse/inslack"
)

// joinSlack makes the bot of a scenario's Slack, as serve makes that of a true
// one. Nobody is made to wait there by the machine's clock, so that no answer is
// an interim one.
func joinSlack(s inslack.Site) (inslack.Bot, error) {
	w, err := slack.New(slack.Options{Token: s.Token, API: s.API, HTTP: s.HTTP, People: s.People, Clock: s.Clock, Unpaced: !s.Limited})
	if err != nil {
		return inslack.Bot{}, err
	}
	records := &handedAfter{Handler: s.Handler, files: w, handing: handing{
		write: s.Record, followUps: w, templates: s.Templates, log: slog.New(slog.DiscardHandler)}}
	receiving := slack.Receiving{
		Secrets: []string{s.Secret}, Roots: map[string]string{"incident": "incident", "inc": "incident", "continuity": "continuity", "dr": "continuity"},
		Reactions: slack.NewReactions(slack.DefaultReactions(), incident.IsRoomName),
		Answering: &bot.Answering{Handler: records, Templates: s.Templates, After: neverInterim},
	}
	return inslack.Bot{Connection: w, After: records.hand, Open: func(ctx context.Context) (http.Handler, error) {
		r, err := w.Receive(ctx, receiving)
		if err != nil {
			return nil, err
		}
		return http.HandlerFunc(r.ServeWhole), nil
	}}, nil
}

// neverInterim is longer than any rehearsal takes on the machine's clock.
const neverInterim = 24 * time.Hour

// handedAfter hands people their records when the answer has been seen: always
// in this order, while a server does both at once.
type handedAfter struct {
	bot.Handler
	files   bot.Files
	handing handing

	mu     sync.Mutex
	wanted []wantedRecord
}

// wantedRecord is one that somebody has asked for.
type wantedRecord struct {
	by      bot.Request
	name    string
	content []byte
}

// Handle implements bot.Handler.
func (h *handedAfter) Handle(ctx context.Context, r bot.Request) bot.Reply {
	reply := h.Handler.Handle(ctx, r)
	if reply.Code == "" && reply.File != "" {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.wanted = append(h.wanted, wantedRecord{r, reply.File, reply.Content})
	}
	return reply
}

func (h *handedAfter) hand(ctx context.Context) {
	h.mu.Lock()
	wanted := h.wanted
	h.wanted = nil
	h.mu.Unlock()
	for _, one := range wanted {
		if err := h.handing.hand(ctx, h.files, one.by.Person, one.name, one.content); err != nil {
			h.handing.tell(ctx, one.by, fault.From(err))
		}
	}
}
