package readiness

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
)

// Acknowledge is somebody's word that they have read a playbook and go by it.
// Everybody may give it; it is asked of those who have to know it.
type Acknowledge struct {
	Playbook string
	Digest   string // of the playbook in force
	Read     string // of the version that was shown; empty: the one in force
}

func (Acknowledge) verb() string { return "plan ack" }

func (a Acknowledge) decide(s State, c Context) Verdict {
	if a.Read != "" && a.Read != a.Digest {
		return refuse(fault.StaleCard, "`/continuity plan acks "+a.Playbook+"` says what is different.", "%s has changed since this was drawn.", a.Playbook)
	}
	if held, holds := s.ack(a.Playbook, c.Actor.ID); holds && held.Digest == a.Digest {
		return refuse(fault.Repeat, "`/continuity plan acks "+a.Playbook+"` shows who else does.", "%s holds the current version of %s already.", at(c.Actor.ID), a.Playbook)
	}
	return accept(ruleAnyone, &PlaybookAcknowledged{Playbook: a.Playbook, Digest: a.Digest})
}

// Ack is the version of a playbook that somebody holds.
type Ack struct {
	Person string    `json:"person"`
	Digest string    `json:"digest"`
	At     time.Time `json:"at"`
	Plan   string    `json:"plan"` // the commit it was read under
}

// ack returns what somebody holds of a playbook.
func (s State) ack(playbook, person string) (Ack, bool) {
	all := s.Playbooks[playbook]
	i, holds := slices.BinarySearchFunc(all, person, func(a Ack, id string) int { return strings.Compare(a.Person, id) })
	if !holds {
		return Ack{}, false
	}
	return all[i], true
}

// Held is who holds a playbook as it is, of those who have to know it.
type Held struct {
	Playbook string
	Name     string
	Digest   string
	Of       int      // people who have to
	Holding  int      // of them
	Missing  []string // of them, who do not, by id
	Older    []Ack    // of those who do not: what they hold
}

// HeldOf counts who holds a playbook of the plan in force. A version counts by
// what it has people do, not by its commit: see plan.Playbook's Digest.
func HeldOf(s State, p *plan.Plan, b plan.Playbook) Held {
	h := Held{Playbook: b.ID, Name: b.Name, Digest: b.Digest()}
	for _, person := range p.ReadersOf(b) {
		h.Of++
		ack, holds := s.ack(b.ID, person)
		if holds && ack.Digest == h.Digest {
			h.Holding++
			continue
		}
		h.Missing = append(h.Missing, person)
		if holds {
			h.Older = append(h.Older, ack)
		}
	}
	return h
}

// String says it: "9 of 12 people hold the current version; missing: @a, @b".
func (h Held) String() string {
	switch {
	case h.Of == 0:
		return "nobody has to know it: it names no team"
	case len(h.Missing) == 0:
		return fmt.Sprintf("%d of %d people hold the current version", h.Holding, h.Of)
	}
	missing, more := h.Missing, ""
	if left := len(missing) - mostMissing; left > 1 {
		missing, more = missing[:mostMissing], fmt.Sprintf(" and %d more", left)
	}
	return fmt.Sprintf("%d of %d people hold the current version; missing: %s%s", h.Holding, h.Of, all(missing), more)
}

// mostMissing is how many people an answer names.
const mostMissing = 12

// acknowledged notes which version somebody holds from now on.
func (s State) acknowledged(f *PlaybookAcknowledged, e journal.Entry) State {
	held := slices.DeleteFunc(slices.Clone(s.Playbooks[f.Playbook]), func(a Ack) bool { return a.Person == e.Actor })
	held = append(held, Ack{Person: e.Actor, Digest: f.Digest, At: e.At, Plan: e.Plan})
	slices.SortFunc(held, func(a, b Ack) int { return strings.Compare(a.Person, b.Person) })
	s.Playbooks = maps.Clone(s.Playbooks)
	s.Playbooks[f.Playbook] = held
	return s
}
