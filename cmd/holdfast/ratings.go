package main

import (
	"context"
	"fmt"
	"time"

	"holdfast/bot"
	"holdfast/bot/slack"
	"holdfast/engine"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/readiness"
	"holdfast/storage"
	"holdfast/templates"
	"holdfast/web"
)

// readinessIn says who tells people of ratings and reviews, and what falls due.
// Whom nobody has asked is told on the platform.
func readinessIn(postings bot.Postings, inForce func() *plan.Plan, platform string) engine.Readiness {
	return engine.Readiness{
		Performers: map[string]engine.PerformerOf[readiness.State]{journal.DM: bot.Advising{Postings: postings, Plan: inForce}},
		Due: func(s readiness.State, now time.Time) ([]readiness.Timer, time.Time) {
			return readiness.Due(s, inForce(), platform, now)
		},
	}
}

// readiness is what a server does about ratings and reviews: people are told in
// Slack where they talk there.
func (s *server) readiness(postings bot.Postings, inSlack bool) engine.Readiness {
	platform := web.Name
	if inSlack {
		platform = slack.Name
	}
	r := readinessIn(postings, s.plan.Plan, platform)
	if repository, ok := s.plan.from.(*planRepository); ok {
		r.Performers[journal.Propose] = proposing{repository.Propose, s.plan.Plan}
	}
	for kind, p := range r.Performers {
		r.Performers[kind] = measuredPerformer[readiness.State]{p, s.metrics}
	}
	return r
}

// ratings shows what the journal of ratings and reviews adds up to.
func (c *statusCommand) ratings(ctx context.Context, io stdio, store storage.Store) (int, error) {
	var s readiness.State
	var entries []journal.Entry
	for e, err := range engine.Read(ctx, store, readiness.Journal, 0) {
		if err != nil {
			return findings, err
		}
		s, entries = s.Apply(e), append(entries, e)
	}
	if s.Entries == 0 {
		return findings, fault.Newf(fault.UnknownID, "`/continuity rate` begins it.", "There is no journal %s in this store.", readiness.Journal)
	}
	if c.JSON {
		return clean, writeJSON(io, s)
	}
	open := 0
	for _, d := range s.Disputes {
		if d.State == readiness.Open {
			open++
			fmt.Fprintf(io.out, "%-6s %s: IT %s against the business's %s, due %s\n", d.ID, d.Service, d.IT.Standard, d.Business.Standard, d.Due.Format(time.DateOnly))
		}
	}
	last := entries[len(entries)-1]
	_, err := fmt.Fprintf(io.out, "services rated or reviewed: %d; open disputes: %d; pending effects: %d\n%s %s\n", len(s.Services), open, s.Pending, last.Ref(), templates.Inert(templates.Sentence(last)))
	return clean, err
}
