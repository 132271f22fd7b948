package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"
	"slices"
)

// Digest names what a playbook has people do: its steps, its script, and when
// and for what it is opened. Who owns, reviewed and approved it, its version's
// name and its file are no part of that: whoever knows the steps knows them
// still. It is the same in every version of Holdfast.
func (p Playbook) Digest() string {
	sum := sha256.New()
	digested(sum, "playbook", p.Name, p.Service, p.Role, p.Trigger)
	digestedSteps(sum, p.Steps)
	if s := p.Script; s != nil {
		digested(sum, "script", s.Path, s.SHA256, s.Args, s.Pre, s.DryRun, s.Timeout, s.Exit, s.Idempotent)
		digestedSteps(sum, s.ManualSteps)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func digestedSteps(sum io.Writer, all []Step) {
	for _, s := range all {
		if s.Danger == Dangers[0] {
			s.Danger = "" // said or not, it is the same
		}
		digested(sum, "step", s.ID, s.Do, s.Command, s.Expect, s.Timeout, s.Reversible, s.Danger, s.CredentialRef, s.Facts, s.Role)
	}
}

// digested writes a line of values that reads in one way only. An empty list is
// one, whether it is written or left out.
func digested(sum io.Writer, what string, values ...any) {
	fmt.Fprint(sum, what)
	for _, v := range values {
		if r := reflect.ValueOf(v); (r.Kind() == reflect.Slice || r.Kind() == reflect.Map) && r.Len() == 0 {
			v = nil
		}
		fmt.Fprintf(sum, " %#v", v)
	}
	fmt.Fprintln(sum)
}

// ReadersOf returns the ids of those who have to know a playbook, sorted: the
// people of the team that its role names, or else of its service's team; of each
// team that a step's role names; and the owner where that is nobody.
func (p *Plan) ReadersOf(b Playbook) []string {
	var all []string
	within := func(team string) (known bool) {
		t, known := p.Team(team)
		for _, id := range t.People() {
			if x, ok := p.Person(id); ok && !x.Guest && !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
		return known
	}
	if !within(b.Role) {
		s, _ := p.Service(b.Service)
		within(s.Team)
	}
	steps := b.Steps
	if b.Script != nil {
		steps = slices.Concat(steps, b.Script.ManualSteps)
	}
	for _, s := range steps {
		within(s.Role)
	}
	if len(all) == 0 && b.Owner != "" {
		all = append(all, b.Owner)
	}
	slices.Sort(all)
	return all
}
