package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/storage"
)

var epoch = time.Date(2026, 2, 13, 9, 0, 0, 0, time.UTC)

const planCommit = "3f2a1c9d5b7e4a6088c1d2e3f4a5b6c7d8e9fa0b"

// story makes up an incident as Holdfast itself would have written it:
// declared, paged, then notes, decisions, tasks, updates and the effects that
// they want, each soon settled.
type story struct {
	id      string
	now     time.Time
	rand    *rand.Rand
	entries int
	pending []*journal.Requested
	last    int // number of the last decision, task or update
	tasks   []string
}

func newStory(id string, now time.Time) *story {
	var n uint64
	for _, c := range id {
		n = n*31 + uint64(c)
	}
	return &story{id: id, now: now, rand: rand.New(rand.NewPCG(seed, n))}
}

// declare returns the first batch.
func (s *story) declare() []storage.Draft {
	page, ticket := s.effect(journal.Page, "team:app", ""), s.effect(journal.Ticket, "main", "")
	page.To, ticket.To, ticket.Project = "team:app", "new", terms.Project
	room := s.effect(journal.Room, "main", "topic")
	invite := s.effect(journal.Invite, "main", "", room.Key)
	invite.People = people
	return s.drafts("anyone",
		&incident.Declared{
			Title: s.title(), Severity: 1 + s.rand.IntN(3), Services: s.services(), Owners: []string{"olga"},
			Room: s.room(), Platform: "chat", Acting: people[0], Terms: terms,
		},
		&incident.RoleTaken{Role: incident.Commander, Person: people[0]},
		page, ticket, room, invite, s.effect(journal.Post, "headline", "headline", room.Key, invite.Key),
	)
}

// more returns the next batch, of one command or of the engine: one or two
// entries. It returns nothing when there are n.
func (s *story) more(n int) []storage.Draft {
	s.now = s.now.Add(time.Duration(5+s.rand.IntN(60)) * time.Second)
	switch n - s.entries {
	case 0:
		return nil
	case 1:
		return s.note()
	}
	if len(s.pending) > 0 && s.rand.IntN(3) > 0 {
		return s.settle()
	}
	s.last++
	switch s.rand.IntN(10) {
	case 0:
		id := fmt.Sprintf("D%d", s.last)
		return s.drafts("commander-or-deputy", &incident.DecisionMade{ID: id, Text: "fail over the database to the second site", Alternatives: []string{"wait for the vendor", "restart the primary"}, Reversible: "yes"},
			s.effect(journal.Post, "decision:"+id, "decision"))
	case 1:
		id := fmt.Sprintf("T%d", s.last)
		due := s.now.Add(30 * time.Minute)
		s.tasks = append(s.tasks, id)
		return s.drafts("anyone", &incident.TaskAdded{ID: id, Text: "compare the order counts of both sites", Owner: s.somebody(), Due: &due})
	case 2:
		if len(s.tasks) > 0 {
			id := s.tasks[0]
			s.tasks = s.tasks[1:]
			return s.drafts("anyone", &incident.TaskDone{ID: id})
		}
	case 3:
		id, next := fmt.Sprintf("U%d", s.last), s.now.Add(30*time.Minute)
		return s.drafts("comms", &incident.UpdateSent{ID: id, Audience: incident.Team, Text: "The failover is under way. Card payments work again for one customer in three; we expect all of them within the hour.", Next: &next},
			s.effect(journal.Post, "update:"+id, "update-team"))
	case 4:
		return s.drafts("anyone", &incident.RoleTaken{Role: incident.Scribe, Person: s.somebody()})
	}
	return s.note()
}

func (s *story) note() []storage.Draft {
	return s.drafts("anyone", &incident.NoteAdded{Text: "Replication lag is at " + fmt.Sprint(s.rand.IntN(900)) + " s and falling; the connection pool of the checkout is at its limit."})
}

func (s *story) settle() []storage.Draft {
	e := s.pending[0]
	s.pending = s.pending[1:]
	return s.drafts("engine", &journal.Settled{Type: e.Type, Key: e.Key, Ref: fmt.Sprintf("%s-%d", e.Type, s.entries)})
}

// close returns the last batch.
func (s *story) close() []storage.Draft {
	s.now = s.now.Add(time.Minute)
	return s.drafts("commander", &incident.Resolved{Summary: "failed over to the second site", TR: s.now},
		&incident.Verified{Person: "olga", Owner: true}, &incident.Closed{})
}

// closing is how many entries close returns.
const closing = 3

// drafts encodes facts as one command's.
func (s *story) drafts(rule string, facts ...journal.Fact) []storage.Draft {
	meta := journal.Meta{At: s.now, Recorded: s.now, Actor: s.somebody(), Source: "slash", Rule: rule, Plan: planCommit, Room: s.room(), Command: s.command()}
	if rule == "engine" {
		meta.Actor, meta.Source = journal.Bot, "engine"
	}
	drafts := make([]storage.Draft, len(facts))
	for i, f := range facts {
		if r, ok := f.(*journal.Requested); ok {
			s.pending = append(s.pending, r)
		}
		drafts[i] = encode(meta, f)
	}
	s.entries += len(drafts)
	return drafts
}

func encode(m journal.Meta, f journal.Fact) storage.Draft {
	body, err := journal.Encode(m, f)
	if err != nil {
		panic("made-up facts can be encoded: " + err.Error())
	}
	return storage.Draft{Kind: f.Kind(), Body: body}
}

func (s *story) effect(kind, about, template string, after ...string) *journal.Requested {
	return &journal.Requested{Effect: journal.Effect{
		Key: s.id + "/" + kind + ":" + about + "@chat", Type: kind, To: s.room(), Template: template, After: after,
	}}
}

var (
	people   = []string{"alice", "bob", "carol", "dan", "erin"}
	services = []string{"payments-api", "checkout", "orders", "ledger", "search", "mail"}
	terms    = incident.Terms{
		Cadence: map[string][4]incident.Dur{incident.Team: {incident.Dur(30 * time.Minute), incident.Dur(time.Hour), 0, 0}},
		Remind:  incident.Dur(5 * time.Minute), Grace: incident.Dur(5 * time.Minute), OfferLife: incident.Dur(5 * time.Minute),
		PageSeverity: 2, Project: "OPS", TitleMax: 200, TextMax: 10_000,
	}
)

func (s *story) somebody() string   { return people[s.rand.IntN(len(people))] }
func (s *story) services() []string { return services[s.rand.IntN(len(services)-1):][:2:2] }
func (s *story) title() string      { return "checkout fails for some customers" }
func (s *story) room() string       { return "#" + s.id + "-checkout" }
func (s *story) command() string    { return fmt.Sprintf("chat:T01:%s:%08d", s.id, s.entries) }
