// Package diff says in words what differs between two versions of the plan. It
// is pure: the same plans give the same sentences, in the same order.
package diff

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"holdfast/plan"
)

// The kinds of what can differ, in the order of a list.
const (
	Policy   = "policy"
	Service  = "service"
	Playbook = "playbook"
	Team     = "team"
	Person   = "person"
	Process  = "process"
	Window   = "window"
	Regime   = "regime"
	Holidays = "holidays"
	Vendor   = "vendor"
	Exercise = "exercise"
	Template = "template"
)

var kinds = []string{Policy, Service, Playbook, Team, Person, Process, Window, Regime, Holidays, Vendor, Exercise, Template}

// Change is one difference.
type Change struct {
	Kind string // one of the constants
	ID   string // empty for the policy
	Text string // what is different, without the id: "rto 1h30m, was 1h"
}

// String says a change on its own: "service db-payments: rto 1h30m, was 1h".
func (c Change) String() string {
	return strings.TrimSpace(c.Kind+" "+c.ID) + ": " + c.Text
}

// Between lists what is different in a plan, against an older one.
func Between(old, now *plan.Plan) []Change {
	all := slices.Concat(
		within(Change{Kind: Policy}, old.Policy, now.Policy),
		each(Service, old.Services, now.Services, func(x plan.Service) string { return x.ID }),
		each(Playbook, old.Playbooks, now.Playbooks, func(x plan.Playbook) string { return x.ID }),
		each(Team, old.Teams, now.Teams, func(x plan.Team) string { return x.ID }),
		each(Person, old.People, now.People, func(x plan.Person) string { return x.ID }),
		each(Process, old.Processes, now.Processes, func(x plan.Process) string { return x.ID }),
		each(Window, old.Windows, now.Windows, func(x plan.Window) string { return x.ID }),
		each(Regime, old.Regimes, now.Regimes, func(x plan.Regime) string { return x.ID }),
		each(Holidays, old.Holidays, now.Holidays, func(x plan.Holidays) string { return x.Name }),
		each(Vendor, old.Vendors, now.Vendors, func(x plan.Vendor) string { return x.ID }),
		each(Exercise, old.Exercises, now.Exercises, func(x plan.Exercise) string { return x.ID }),
		texts(old.Templates, now.Templates),
	)
	slices.SortStableFunc(all, func(a, b Change) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), strings.Compare(a.ID, b.ID))
	})
	return all
}

// Of keeps the changes of one thing, by its id; "policy" is the policy.
func Of(all []Change, id string) []Change {
	return slices.DeleteFunc(slices.Clone(all), func(c Change) bool { return c.ID != id && (c.ID != "" || c.Kind != id) })
}

// For keeps the changes that concern an incident of some services: the policy,
// these services, their teams, and the playbooks and windows for them, in either
// plan.
func For(all []Change, services []string, plans ...*plan.Plan) []Change {
	concerns := map[string]bool{Policy + " ": true}
	for _, id := range services {
		concerns[Service+" "+id] = true
		for _, p := range plans {
			if s, known := p.Service(id); known {
				concerns[Team+" "+s.Team] = true
			}
		}
	}
	for _, p := range plans {
		for _, b := range p.Playbooks {
			if b.Service != "" && slices.Contains(services, b.Service) {
				concerns[Playbook+" "+b.ID] = true
			}
		}
		for _, w := range p.Windows {
			if slices.ContainsFunc(w.Services, func(id string) bool { return slices.Contains(services, id) }) {
				concerns[Window+" "+w.ID] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(c Change) bool { return !concerns[c.Kind+" "+c.ID] })
}

// each compares two lists by id.
func each[T any](kind string, old, now []T, id func(T) string) []Change {
	var all []Change
	before := map[string]T{}
	for _, x := range old {
		before[id(x)] = x
	}
	for _, x := range now {
		was, known := before[id(x)]
		if !known {
			all = append(all, Change{kind, id(x), "is new"})
			continue
		}
		delete(before, id(x))
		all = append(all, within(Change{Kind: kind, ID: id(x)}, was, x)...)
	}
	for _, gone := range slices.Sorted(maps.Keys(before)) {
		all = append(all, Change{kind, gone, "is gone"})
	}
	return all
}

func texts(old, now map[string]string) []Change {
	var all []Change
	for name, text := range now {
		switch was, known := old[name]; {
		case !known:
			all = append(all, Change{Template, name, "is new"})
		case was != text:
			all = append(all, Change{Template, name, "is worded differently"})
		}
	}
	for name := range old {
		if _, known := now[name]; !known {
			all = append(all, Change{Template, name, "is gone"})
		}
	}
	return all
}

// within compares two versions of one thing, field by field. The steps of a
// playbook are changes of their own.
func within(of Change, old, now any) []Change {
	var fields, steps []string
	compare("", reflect.ValueOf(old), reflect.ValueOf(now), func(f string) { fields = append(fields, f) }, func(s string) { steps = append(steps, s) })
	var all []Change
	if len(fields) > 0 {
		of.Text = strings.Join(fields, "; ")
		all = append(all, of)
	}
	for _, s := range steps {
		of.Text = s
		all = append(all, of)
	}
	return all
}

var stepsType = reflect.TypeFor[[]plan.Step]()

func compare(lead string, old, now reflect.Value, say, step func(string)) {
	for i := range old.NumField() {
		f := old.Type().Field(i)
		a, b := old.Field(i), now.Field(i)
		if !f.IsExported() || f.Name == "File" || reflect.DeepEqual(a.Interface(), b.Interface()) {
			continue
		}
		name := lead + words(f.Name)
		switch {
		case f.Type == stepsType:
			stepsOf(strings.TrimSuffix(name, "s"), a.Interface().([]plan.Step), b.Interface().([]plan.Step), step)
		case f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct && !a.IsNil() && !b.IsNil():
			compare(name+" ", a.Elem(), b.Elem(), say, step)
		case f.Type.Kind() == reflect.Map && f.Type.Key().Kind() == reflect.String:
			entries(name, a, b, say)
		default:
			say(name + " " + versus(a, b))
		}
	}
}

// entries compares two maps key by key.
func entries(name string, old, now reflect.Value, say func(string)) {
	keys := map[string]bool{}
	for _, m := range []reflect.Value{old, now} {
		for _, k := range m.MapKeys() {
			keys[k.String()] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		k := reflect.ValueOf(key).Convert(old.Type().Key())
		a, b := old.MapIndex(k), now.MapIndex(k)
		if a.IsValid() != b.IsValid() || a.IsValid() && !reflect.DeepEqual(a.Interface(), b.Interface()) {
			say(name + "." + key + " " + versus(a, b))
		}
	}
}

// stepsOf tells which steps are new, gone, moved or different. A step is the
// same one as long as it keeps its id.
func stepsOf(name string, old, now []plan.Step, say func(string)) {
	at := func(all []plan.Step, id string) int {
		return slices.IndexFunc(all, func(s plan.Step) bool { return s.ID == id })
	}
	for i, s := range now {
		label := fmt.Sprintf("%s %d", name, i+1)
		if s.ID != "" && s.ID != fmt.Sprint(i+1) {
			label += " (" + s.ID + ")"
		}
		was := at(old, s.ID)
		if was < 0 {
			say(label + " is new")
			continue
		}
		var fields []string
		compare("", reflect.ValueOf(old[was]), reflect.ValueOf(s), func(f string) { fields = append(fields, f) }, func(string) {})
		if len(fields) > 0 {
			say(label + " is different: " + strings.Join(fields, "; "))
		}
	}
	for i, s := range old {
		if at(now, s.ID) < 0 {
			say(fmt.Sprintf("%s %d, %s, is gone", name, i+1, s.ID))
		}
	}
}
