package engine

import (
	"context"

	"holdfast/incident"
)

// Preview judges a command as Do would and records nothing: the entries are
// those that would be added now.
func (e *Engine) Preview(ctx context.Context, cmd Command) (Result, error) {
	s, err := e.State(ctx, cmd.Journal)
	if err != nil {
		return Result{}, err
	}
	v := incident.Decide(s, e.context(cmd), cmd.Action)
	if v.Refusal != nil {
		return Result{}, v.Refusal
	}
	_, entries, err := e.draft(cmd.Journal, s.Entries, cmd, v.Rule, v.Statements)
	return Result{Journal: cmd.Journal, Entries: entries, State: incident.Fold(s, entries...)}, err
}

// PreviewDeclare judges a declaration as Declare would and records nothing.
func (e *Engine) PreviewDeclare(ctx context.Context, cmd Command, d incident.Declare) (Result, error) {
	reg, err := e.loadRegister(ctx)
	if err != nil {
		return Result{}, err
	}
	o := d.Open(reg, e.context(cmd))
	switch {
	case o.Refusal != nil:
		return Result{}, o.Refusal
	case o.Joins != "":
		cmd.Journal, cmd.Action = o.Joins, incident.Join{Title: d.Title, Severity: d.Severity}
		r, err := e.Preview(ctx, cmd)
		r.Joined = err == nil
		return r, err
	}
	_, entries, err := e.draft(o.ID, 0, cmd, o.Rule, o.First)
	return Result{Journal: o.ID, Entries: entries, State: incident.Fold(incident.State{}, entries...)}, err
}
