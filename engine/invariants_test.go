package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"holdfast/engine"
	"holdfast/incident"
	"holdfast/journal"
	"holdfast/rehearse/standin"
)

// entries reads a journal from the store and holds it to its chain.
func (s *storm) entries(t *rapid.T, id string) []journal.Entry {
	t.Helper()
	s.Kinds(id)
	var all []journal.Entry
	for e, err := range engine.Read(context.Background(), s.Store, id, 0) {
		if err != nil {
			t.Fatalf("read %s: %v", id, err)
		}
		all = append(all, e)
	}
	return all
}

// checkCommand: after every entry, while the incident is open, somebody is in
// command, and only one; a commander holds no second role.
func checkCommand(t *rapid.T, entries []journal.Entry) {
	t.Helper()
	var s incident.State
	for _, e := range entries {
		s = s.Apply(e)
		if !s.Open() {
			continue
		}
		if (s.Roles.Commander == "") == (s.Roles.Acting == "") {
			t.Fatalf("%s: commander %q, acting %q", e.Ref(), s.Roles.Commander, s.Roles.Acting)
		}
		if held := s.RolesOf(s.Roles.Commander); s.Roles.Commander != "" && len(held) != 1 {
			t.Fatalf("%s: the commander holds %v", e.Ref(), held)
		}
	}
}

// checkEffects: every effect was wanted once and ended once, and what is
// settled has reached its provider under its name.
func checkEffects(t *rapid.T, entries []journal.Entry, events []standin.Event) {
	t.Helper()
	wanted, ended := map[string]int{}, map[string]int{}
	for _, e := range entries {
		switch f := e.Fact.(type) {
		case *journal.Requested:
			wanted[f.Key]++
		case *journal.Failed:
			ended[f.Key]++
		case *journal.Abandoned:
			ended[f.Key]++
		case *journal.Settled:
			ended[f.Key]++
			reached := slices.ContainsFunc(events, func(x standin.Event) bool { return x.Key == f.Key && x.Ref == f.Ref })
			if f.Type != journal.Link && !journal.Own(f.Type) && !reached {
				t.Fatalf("%s: %s is settled as %s and has not reached anybody", e.Ref(), f.Key, f.Ref)
			}
		}
	}
	for key, n := range wanted {
		if n != 1 || ended[key] != 1 {
			t.Fatalf("%s was wanted %d times and ended %d times", key, n, ended[key])
		}
	}
	if len(ended) > len(wanted) {
		t.Fatalf("%d effects ended, %d were wanted", len(ended), len(wanted))
	}
}

// checkMerges: what is settled as merged was taken in once by the other one,
// what was taken in was merged, and nothing that is merged is lost: it goes on
// somewhere, or is open again.
func (s *storm) checkMerges(t *rapid.T) (merges int) {
	t.Helper()
	taken := map[string]int{}
	for _, id := range s.ids {
		for _, e := range s.entries(t, id) {
			if f, ok := e.Fact.(*incident.Absorbed); ok {
				taken[f.Key]++
			}
		}
	}
	for _, id := range s.ids {
		for _, e := range incident.Fold(incident.State{}, s.entries(t, id)...).Outbox.All() {
			if e.Type != journal.Merge {
				continue
			}
			merges++
			if n := taken[e.Key]; n > 1 || e.Outcome == journal.Done && n != 1 || e.Outcome == journal.Dead && n != 0 {
				t.Fatalf("%s is %s and was taken in %d times", e.Key, e.Outcome, n)
			}
			delete(taken, e.Key)
		}
	}
	if len(taken) > 0 {
		t.Fatalf("taken in and never merged: %v", taken)
	}
	return merges
}

// checkTimers: none fires twice for one instant, and none early.
func checkTimers(t *rapid.T, entries []journal.Entry) {
	t.Helper()
	fired := map[string]bool{}
	expires := map[string]time.Time{}
	once := func(e journal.Entry, due time.Time, about ...any) {
		name := strings.TrimSpace(fmt.Sprintln(append([]any{e.Fact.Kind()}, about...)...))
		if fired[name] {
			t.Fatalf("%s fires again: %s", e.Ref(), name)
		}
		if e.Recorded.Before(due) {
			t.Fatalf("%s fires at %s, due at %s: %s", e.Ref(), e.Recorded, due, name)
		}
		fired[name] = true
	}
	terms := entries[0].Fact.(*incident.Declared).Terms
	told := map[string]time.Time{} // followers: the last digest, or since when they follow
	for _, e := range entries {
		switch f := e.Fact.(type) {
		case *incident.UpdateReminded:
			once(e, f.Due.Add(-time.Duration(terms.Remind)), f.Audience, f.Due)
		case *incident.UpdateMissed:
			once(e, f.Due.Add(time.Duration(terms.Grace)), f.Audience, f.Due)
		case *incident.CommandUnclaimed:
			once(e, f.Since.Add(time.Duration(f.Minutes)*time.Minute), f.Since, f.Red)
		case *incident.CommandSilent:
			once(e, f.Since.Add(time.Duration(terms.SilentAfter)), f.Person, f.Since)
		case *incident.PageUnconfirmed:
			once(e, time.Time{}, f.Key)
		case *incident.TaskOverdue:
			once(e, time.Time{}, f.ID)
		case *incident.FollowStarted:
			told["@"+f.Person] = e.Recorded
		case *journal.Requested:
			if f.Template != "digest" {
				continue
			}
			if e.Source == "engine" { // and not with the end of the incident
				once(e, told[f.To].Add(time.Duration(terms.Digest)), f.Template, f.To, f.Subject)
			}
			told[f.To] = e.Recorded
		case *incident.CommandOffered:
			expires[f.To] = f.Expires
		case *incident.CommandLapsed:
			if f.Reason == "expired" && e.Recorded.Before(expires[f.To]) {
				t.Fatalf("%s: the offer to %s lapses before %s", e.Ref(), f.To, expires[f.To])
			}
		}
	}
}

// checkFold: folding any prefix and then the rest is folding the whole, and a
// state that has been left behind stays as it was.
func checkFold(t *rapid.T, entries []journal.Entry, now time.Time) {
	t.Helper()
	whole := written(t, incident.Fold(incident.State{}, entries...), now)
	cut := rapid.IntRange(0, len(entries)).Draw(t, "cut")
	prefix := incident.Fold(incident.State{}, entries[:cut]...)
	before := written(t, prefix, now)
	if got := written(t, incident.Fold(prefix, entries[cut:]...), now); got != whole {
		t.Fatalf("folded from %d on:\n%s\nwhole:\n%s", cut, got, whole)
	}
	if after := written(t, prefix, now); after != before {
		t.Fatalf("the state at %d was\n%s\nand became\n%s", cut, before, after)
	}
	if again := written(t, incident.Fold(incident.State{}, entries[:cut]...), now); again != before {
		t.Fatalf("the state at %d is\n%s\nthen\n%s", cut, before, again)
	}
}

// written is a state with all its timers and effects, as text.
func written(t *rapid.T, s incident.State, now time.Time) string {
	t.Helper()
	due, next := incident.Due(s, now)
	later, _ := incident.Due(s, now.Add(72*time.Hour))
	text, err := json.MarshalIndent(struct {
		State      incident.State
		Effects    []journal.Tracked
		Due, Later []incident.Timer
		Next       time.Time
	}{s, s.Outbox.All(), due, later, next}, "", " ")
	if err != nil {
		t.Fatalf("write the state: %v", err)
	}
	return string(text)
}

// checkReplicas: nothing is pending, and every replica sees the same state.
func (s *storm) checkReplicas(t *rapid.T, id string, entries []journal.Entry) {
	t.Helper()
	folded := incident.Fold(incident.State{}, entries...)
	if folded.Pending != 0 {
		t.Fatalf("%s has %d effects pending, 5 minutes after all was well: %+v", id, folded.Pending, folded.Outbox.Open())
	}
	for _, e := range s.engines {
		got, err := e.State(context.Background(), id)
		if err != nil {
			t.Fatalf("state of %s: %v", id, err)
		}
		if a, b := written(t, got, s.Clock.Now()), written(t, folded, s.Clock.Now()); a != b {
			t.Fatalf("a replica sees\n%s\nthe journal says\n%s", a, b)
		}
	}
}

// checkAcknowledged: what somebody was told is recorded is there.
func (s *storm) checkAcknowledged(t *rapid.T) {
	t.Helper()
	there := map[acknowledged]bool{}
	for _, id := range s.ids {
		for _, e := range s.entries(t, id) {
			there[acknowledged{e.Ref(), e.Hash}] = true
		}
	}
	for _, a := range s.acks {
		if !there[a] {
			t.Fatalf("%s was acknowledged and is not there", a.ref)
		}
	}
}
