package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"holdfast/bot/console"
	"holdfast/engine"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/readiness"
	"holdfast/storage"
	"holdfast/templates"
)

type statusCommand struct {
	Incident string `arg:"" optional:"" help:"INC-42, or readiness; without it every active incident is listed."`
	Store    string `help:"The store: file:DIR or redis://HOST:PORT; default ./.holdfast-demo." placeholder:"STORE"`
	Archive  string `help:"The folder of archived incidents; default where they were written." placeholder:"DIR"`
	JSON     bool   `help:"Print JSON, see docs/state.md."`
	All      bool   `help:"List closed incidents too."`
}

func (c *statusCommand) run(ctx context.Context, env func(string) string, io stdio) (int, error) {
	store, _, err := openForReading(ctx, c.Store, c.Archive)
	if err != nil {
		return unusable, err
	}
	defer store.Close()
	warn(io, store)
	if c.Incident == readiness.Journal {
		return c.ratings(ctx, io, store)
	}
	if c.Incident != "" {
		s, err := readState(ctx, store, c.Incident)
		if err != nil {
			return findings, err
		}
		if s.Frozen != "" {
			fmt.Fprintf(io.err, "holdfast: %s\n", notWhole(s))
		}
		return clean, c.show(io, env, s)
	}
	return c.list(ctx, io, store)
}

// openForReading opens the store that the command line names.
func openForReading(ctx context.Context, named, archive string) (storage.Store, place, error) {
	p, err := parsePlace(named)
	if err != nil {
		return nil, p, err
	}
	p.archive = archive
	s, err := p.read(ctx)
	return s, p, err
}

// readState folds one incident's journal, as far as it can be read.
func readState(ctx context.Context, store storage.Store, id string) (incident.State, error) {
	var s incident.State
	var frozen *storage.FrozenError
	for e, err := range engine.Read(ctx, store, id, 0) {
		switch {
		case errors.As(err, &frozen) && s.Entries > 0:
			s.Frozen = frozen.String()
			return s, nil
		case frozen != nil:
			return s, frozen // nothing was to be recorded
		case err != nil:
			return s, err
		}
		s = s.Apply(e)
	}
	if s.Entries == 0 {
		return s, fault.Newf(fault.UnknownID, "`holdfast status --all` lists them.", "There is no incident %s in this store.", id)
	}
	return s, nil
}

// notWhole says why there is no more to show of an incident.
func notWhole(s incident.State) string {
	if s.Frozen != "" {
		return s.Frozen
	}
	return s.ID + " cannot be read; `holdfast verify` names what is wrong."
}

func (c *statusCommand) show(io stdio, env func(string) string, s incident.State) error {
	if c.JSON {
		return writeJSON(io, s)
	}
	m, err := templates.Shipped().Render("status", templates.ViewOf(s, clock.System{}.Now()))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(io.out, templates.Terminal(m, templates.TerminalOptions{Width: width(io.out), Color: console.WantsColor(io.out, env)}))
	return err
}

func (c *statusCommand) list(ctx context.Context, io stdio, store storage.Store) (int, error) {
	e := engine.New(engine.Options{Store: store, Clock: clock.System{}})
	lines, err := e.Incidents(ctx)
	if err != nil {
		return findings, err
	}
	states := []incident.State{}
	for _, l := range lines {
		if l.Closed && !c.All {
			continue
		}
		s, err := e.StateOf(ctx, l)
		if err != nil {
			return findings, err
		}
		if s.Private {
			s = incident.State{ID: s.ID, Title: "private", Severity: s.Severity, Phase: s.Phase, Private: true, Frozen: s.Frozen, Entries: s.Entries, Head: s.Head}
		}
		if s.Phase == incident.PhaseUnreadable || s.Frozen != "" {
			fmt.Fprintf(io.err, "holdfast: %s\n", notWhole(s))
		}
		if s.Open() || s.Phase == incident.PhaseUnreadable || c.All {
			states = append(states, s)
		}
	}
	if c.JSON {
		return clean, writeJSON(io, states)
	}
	if len(states) == 0 {
		fmt.Fprintln(io.out, "No active incidents.")
	}
	for _, s := range states {
		since := ""
		if s.T0 != nil {
			since = " since " + s.T0.UTC().Format(time.DateTime) + "Z"
		}
		fmt.Fprintf(io.out, "%-8s SEV%d  %-13s %s%s\n", s.ID, s.Severity, s.Phase, templates.Inert(s.Title), since)
	}
	return clean, nil
}

func writeJSON(io stdio, v any) error {
	enc := json.NewEncoder(io.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
