package incident

import (
	"slices"
	"time"

	"holdfast/internal/fault"
)

// AddTask gives somebody work during the incident.
type AddTask struct {
	Text  string
	Owner *Person
	Due   time.Time // zero: none
}

func (AddTask) verb() string { return "task add" }

func (a AddTask) decide(s State, c Context) Verdict {
	if err := textWithin("task", a.Text, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	if !a.Due.IsZero() && !a.Due.After(c.Now) {
		return refuse(fault.Range, "Give a time to come, such as due:+30m.", "The task would be due at %s, which is past.", stamp(a.Due))
	}
	id := nth("T", len(s.Tasks))
	added := &TaskAdded{ID: id, Text: a.Text, Due: instant(a.Due)}
	if a.Owner != nil {
		added.Owner = a.Owner.ID
	}
	v := accept(ruleAnyone, added)
	v = v.and(s.subTicket(id, a.Text)...)
	if a.Owner != nil && a.Owner.ID != c.Actor.ID {
		v = v.and(s.tell(a.Owner.ID, "task", id))
	}
	return v
}

// FinishTask marks a task done.
type FinishTask struct{ ID string }

func (FinishTask) verb() string { return "task done" }

func (a FinishTask) decide(s State, c Context) Verdict {
	t, v, ok := s.task(a.ID)
	switch {
	case !ok:
		return v
	case t.State == "done":
		return refuse(fault.NotOpen, "", "%s is done already.", t.ID)
	}
	return accept(ruleAnyone, &TaskDone{ID: t.ID}).and(s.moveTask(t.ID, TurnDone)...)
}

// BlockTask says that a task cannot go on, and why.
type BlockTask struct{ ID, Because string }

func (BlockTask) verb() string { return "task block" }

func (a BlockTask) decide(s State, c Context) Verdict {
	t, v, ok := s.task(a.ID)
	switch {
	case !ok:
		return v
	case t.State == "done":
		return refuse(fault.NotOpen, "", "%s is done already.", t.ID)
	case a.Because == "":
		return refuse(fault.Missing, "`/incident task block "+t.ID+" because \"...\"`", "Say what blocks %s.", t.ID)
	}
	return accept(ruleAnyone, &TaskBlocked{ID: t.ID}).since(a.Because).and(s.moveTask(t.ID, TurnBlocked)...)
}

// OverdueTask reminds the owner once when a task falls due. A timer decides it.
type OverdueTask struct{ ID string }

func (OverdueTask) verb() string { return "task overdue" }

func (a OverdueTask) decide(s State, c Context) Verdict {
	t, _, ok := s.task(a.ID)
	if !c.bot() || !ok || t.State == "done" || t.Due == nil || s.firedFor(timerTask(t.ID)) {
		return Verdict{Rule: ruleEngine.name}
	}
	to := t.Owner
	if to == "" {
		to = s.InCommand()
	}
	return accept(ruleEngine, &TaskOverdue{ID: t.ID, Late: late(c.Now, *t.Due)}, s.tell(to, "task-due", t.ID))
}

func (s State) task(id string) (Task, Verdict, bool) {
	i := slices.IndexFunc(s.Tasks, func(t Task) bool { return t.ID == id })
	if i < 0 {
		return Task{}, refuse(fault.UnknownID, "`/incident task list` lists them.", "%s has no task %q.", s.ID, id), false
	}
	return s.Tasks[i], Verdict{}, true
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
