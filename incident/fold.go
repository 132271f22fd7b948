package incident

import (
	"maps"
	"slices"
	"strings"
	"time"

	"holdfast/journal"
)

// Fold adds up entries, oldest first. Many at once are cheaper than one by one:
// the lists that grow are copied once. The first state stays as it was.
func Fold(s State, entries ...journal.Entry) State {
	s = s.clipped()
	for _, e := range entries {
		s = s.apply(e)
	}
	return s
}

// Apply returns the state after one more entry. It never fails and never
// refuses: what is in the journal has happened. The receiver stays as it was,
// also where two states are grown from it.
func (s State) Apply(e journal.Entry) State { return s.clipped().apply(e) }

// clipped takes the room behind the lists that apply appends to, which another
// state may have used.
func (s State) clipped() State {
	s.Decisions, s.Notes, s.Sent = slices.Clip(s.Decisions), slices.Clip(s.Notes), slices.Clip(s.Sent)
	s.Tasks, s.Followups, s.news = slices.Clip(s.Tasks), slices.Clip(s.Followups), slices.Clip(s.news)
	s.made = slices.Clip(s.made)
	return s
}

// apply may append in place to the lists that clipped names. All other slices
// and maps are copied before they change, and so is a list of which an element
// changes.
func (s State) apply(e journal.Entry) State {
	s.Entries, s.Head = e.Seq, e.Hash
	s.Outbox = s.Outbox.Apply(e)
	s.Pending, s.Failed = s.Outbox.Pending(), s.Outbox.Dead()
	if e.Actor != journal.Bot && isAct(e.Fact) {
		s.seen = witnessed(s.seen, e)
	}
	if isNews(e.Fact) {
		s.news = append(s.news, e)
	}
	s = s.remade(e)
	switch f := e.Fact.(type) {
	case *Declared:
		s = s.declared(e, f)
	case *journal.Requested:
		s = s.requested(e, f)
	case *journal.Settled:
		s = s.effectOver(f.Key)
	case *journal.Failed:
		s = s.effectOver(f.Key)
	case *journal.Abandoned:
		s = s.effectOver(f.Key)
	case *Joined:
		if !slices.Contains(s.Joined, f.Person) {
			s.Joined = append(slices.Clip(s.Joined), f.Person)
		}
	case *Retitled:
		s.former = append(slices.Clip(s.former), s.Title)
		s.Title = f.Title
	case *Merged:
		s.MergedInto, s.MergedRoom = f.Into, f.Room
		s.merged = merged{by: e.Actor, because: e.Because, page: f.Page}
	case *RTOMissed:
		s = s.missing(f)
	case *Absorbed:
		s.Absorbed = append(slices.Clip(s.Absorbed), Part{ID: f.From, Title: f.Title, By: f.By, At: e.At, Seq: e.Seq, key: f.Key})
	case *MadePrivate:
		s.Private = true
	case *MadePublic:
		s.Private = false
	case *Rescoped:
		s = s.rescoped(f)
		s = s.customersOwed(e.Recorded)
	case *SeveritySet:
		s.Severity, s.Assumed = f.Severity, false
		s.Updates = recadenced(s, e.Recorded)
	case *PhaseSet:
		s.Phase = f.Phase
	case *TimeSet:
		s = s.setPoint(f.Point, f.At)
		s.Deadlines = deadlines(s.objectives, s.T0)
	case *Resolved:
		s.Phase, s.Summary, s.ResolvedBy, s.TR = PhaseResolved, f.Summary, e.Actor, &f.TR
		s.TV, s.VerifiedBy = nil, ""
		s.Updates = silenced(s.Updates)
	case *Verified:
		at := e.At
		s.TV, s.VerifiedBy = &at, f.Person
	case *Reopened:
		s = s.reopened(e)
	case *Closed:
		at := e.At
		s.Phase, s.ClosedAs, s.TX = PhaseClosed, f.As, &at
		s.Updates, s.Offers = silenced(s.Updates), []Offer{}
		s.Unclaimed, s.UnclaimedRed = nil, false
	case journal.Unknown:
		s.newer = f.Of
	default:
		s = s.applyPeople(e)
		s = s.applyRecord(e)
		s = s.applyUpdates(e)
		s = s.applyPlan(e)
		s = s.applyApprovals(e)
	}
	return s
}

func (s State) declared(e journal.Entry, f *Declared) State {
	at := e.At
	s.ID, s.Title, s.Severity, s.Assumed = e.Journal, f.Title, f.Severity, f.Assumed
	s.Phase, s.Health, s.Impact = Investigating, f.Health, f.Impact
	s.Services, s.Owners = append([]string{}, f.Services...), f.Owners
	s.Offers, s.Tasks, s.Followups, s.Decisions = []Offer{}, []Task{}, []Followup{}, []Decision{}
	s.Tickets, s.Pages = []Ticket{}, []Page{}
	s.Drill, s.Private, s.Retro = f.Drill, f.Private, f.Retro
	s.Room, s.Platform, s.Zone = f.Room, f.Platform, f.Zone
	s.Terms = f.Terms
	s.Plan = Pin{Commit: e.Plan}
	s.TC, s.TD, s.T0 = &at, &at, f.T0
	if s.T0 == nil {
		s.T0 = &at
	}
	s.objectives, s.Deadlines = f.Objectives, deadlines(f.Objectives, s.T0)
	s = s.acting(f.Acting, &at, e.Seq)
	s.Updates = recadenced(s, e.Recorded)
	return s
}

func (s State) rescoped(f *Rescoped) State {
	if f.Services != nil {
		s.Services, s.Owners = f.Services, f.Owners
		s.objectives, s.Deadlines = f.Objectives, deadlines(f.Objectives, s.T0)
	}
	if f.Impact != nil {
		s.Impact = *f.Impact
	}
	return s
}

func (s State) reopened(e journal.Entry) State {
	s.Phase, s.TR, s.TV, s.TX = Investigating, nil, nil, nil
	s.Summary, s.ResolvedBy, s.VerifiedBy, s.ClosedAs, s.Missed = "", "", "", "", nil
	s.MergedInto, s.MergedRoom, s.merged = "", "", merged{}
	s.Updates = recadenced(s, e.Recorded)
	if s.Roles.Commander == "" {
		at := e.Recorded
		s.Unclaimed = &at
	}
	return s
}

func (s State) setPoint(point string, at time.Time) State {
	if p := s.point(point); p != nil {
		*p = &at
	}
	return s
}

// point returns where the named time point is kept, nil for an unknown name.
// The receiver is a pointer so that the caller can set it.
func (s *State) point(name string) **time.Time {
	switch name {
	case "t0":
		return &s.T0
	case "td":
		return &s.TD
	case "tk":
		return &s.TK
	case "tc":
		return &s.TC
	case "tr":
		return &s.TR
	case "tv":
		return &s.TV
	case "tx":
		return &s.TX
	}
	return nil
}

// requested shows a wanted page or ticket from the moment it is asked for. The
// first request of a key counts.
func (s State) requested(e journal.Entry, f *journal.Requested) State {
	if t, _ := s.Outbox.Get(f.Key); t.Seq != e.Seq {
		return s
	}
	switch f.Type {
	case journal.Page:
		s.Pages = append(slices.Clip(s.Pages), Page{To: f.To, Text: f.Text, Outcome: journal.Pending, Effect: f.Key, Asked: e.Recorded, Seq: e.Seq})
	case journal.Room:
		if f.To == s.Room {
			s.room = f.Key
		}
	case journal.DM:
		s = s.digested(e, f)
	case journal.Reassess:
		s = s.reassessed(f)
	case journal.Ticket:
		s.Tickets = append(slices.Clip(s.Tickets), Ticket{Title: f.Text, Task: f.Subject, Outcome: journal.Pending, Effect: f.Key, Seq: e.Seq})
	}
	return s
}

func (s State) effectOver(key string) State {
	t, _ := s.Outbox.Get(key)
	if i := slices.IndexFunc(s.Pages, func(p Page) bool { return p.Effect == key }); i >= 0 {
		s.Pages = slices.Clone(s.Pages)
		s.Pages[i].ID, s.Pages[i].Outcome = t.Ref, t.Outcome
	}
	if i := slices.IndexFunc(s.Tickets, func(k Ticket) bool { return k.Effect == key }); i >= 0 {
		s.Tickets = slices.Clone(s.Tickets)
		s.Tickets[i].Key, s.Tickets[i].Outcome = t.Ref, t.Outcome
	}
	if u, ok := s.SentUpdate(t.Subject); ok && t.Type == journal.StatusPage && t.Outcome == journal.Done && u.Public != nil {
		s.OnPage = &OnPage{ID: t.Ref, Update: u.ID, Status: u.Public.Status, Seq: t.EndSeq}
	}
	return s
}

// recadenced gives every audience its next due time from now on: the change of
// severity that causes it is news in itself. An earlier due time stays.
func recadenced(s State, now time.Time) map[string]Update {
	updates := maps.Clone(s.Updates)
	if updates == nil {
		updates = map[string]Update{}
	}
	for audience := range s.Terms.Cadence {
		u := updates[audience]
		switch every := s.every(audience, now); {
		case every == 0:
			u.Due = nil
		case u.Due == nil || u.Due.After(now.Add(every)):
			due := now.Add(every)
			u.Due = &due
		}
		updates[audience] = u
	}
	return updates
}

// customersOwed follows a change of services: customers are owed news from then
// on, or none any more.
func (s State) customersOwed(now time.Time) State {
	every := s.every(Customer, now)
	if u := s.Updates[Customer]; s.Phase != PhaseResolved && (every == 0) != (u.Due == nil) {
		s = s.withUpdate(Customer, func(u *Update) {
			due := now.Add(every)
			if u.Due = &due; every == 0 {
				u.Due = nil
			}
		})
	}
	return s
}

func silenced(updates map[string]Update) map[string]Update {
	updates = maps.Clone(updates)
	for audience, u := range updates {
		u.Due = nil
		updates[audience] = u
	}
	return updates
}

func (s State) lead(role string) (team string, ok bool) { return strings.CutPrefix(role, Lead) }
