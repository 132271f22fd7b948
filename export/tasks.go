package export

import (
	"context"
	"fmt"

	"holdfast/incident"
	"holdfast/journal"
)

// tasks writes the work that was given out during the incident.
func (r *record) tasks(ctx context.Context) error {
	if r.count("task.added") == 0 {
		r.none()
		return nil
	}
	r.print("| entry | task | what | owner | due | state |\n|---|---|---|---|---|---|\n")
	done := 0
	err := r.each(ctx, of("task.added"), func(e journal.Entry, err error) {
		f, ok := e.Fact.(*incident.TaskAdded)
		if err != nil || !ok {
			return
		}
		now := r.gathered.tasks[f.ID]
		if now.state == "done" {
			done++
		}
		r.row(e.Seq, literal(f.ID), r.inForce(e.Seq, f.Text), person(f.Owner), r.due(f.Due), now.String())
	})
	r.printf("\n%d of %s done.\n", done, times(r.count("task.added"), "task"))
	return err
}

// followups writes the work that is left to do afterwards.
func (r *record) followups(ctx context.Context) error {
	if r.count("followup.added") == 0 {
		r.none()
		return nil
	}
	r.print("| entry | follow-up | what | owner | due | state |\n|---|---|---|---|---|---|\n")
	done := 0
	err := r.each(ctx, of("followup.added"), func(e journal.Entry, err error) {
		f, ok := e.Fact.(*incident.FollowupAdded)
		if err != nil || !ok {
			return
		}
		now := r.gathered.followups[f.ID]
		owner := person(f.Owner)
		switch {
		case now.owner != "":
			owner = person(now.owner) + ref(now.ownerSeq)
		case f.Owner == "":
			owner = "**no owner**"
		}
		if now.state == "done" {
			done++
		}
		r.row(e.Seq, literal(f.ID), r.inForce(e.Seq, f.Text), owner, r.due(f.Due), now.String())
	})
	r.printf("\n%d of %s done.\n", done, times(r.count("followup.added"), "follow-up"))
	return err
}

// String says how it stands, and since which entry.
func (s standing) String() string {
	if s.state == "" {
		return "open"
	}
	text := s.state
	if s.reason != "" {
		text += ": " + literal(s.reason)
	}
	return fmt.Sprint(text, ref(s.stateSeq))
}
