package rehearse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"holdfast/engine"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/storage"
)

// The exit codes of Run.
const (
	Clean    = 0 // every check held
	Failed   = 1 // a check failed
	Unusable = 2 // a file, a plan or the store could not be used; nothing was run
)

// Options are what a rehearsal needs. Open is required.
type Options struct {
	Files []string
	Plan  string // goes before the plan a file names
	Out   string // where exports go; empty: a temporary folder for each file
	// Open returns an empty store of the scenario's own, which reads the time
	// from at. The name tells scenarios apart; it is fit for a file name.
	Open func(ctx context.Context, name string, at clock.Clock) (storage.Store, error)
	// Reopen opens the store of that name again, with all it held when it was
	// closed: a restart is a true one. nil leaves it open over restarts.
	Reopen func(ctx context.Context, name string, at clock.Clock) (storage.Store, error)
	Export Exporter // may be nil
	// Follow takes in what people do at the pager and in the tracker; nil: nobody
	// does, and a webhook is refused.
	Follow func(e *engine.Engine, p integrations.Pager, t integrations.Tracker, at clock.Clock) Follower
	// Chats are the chats beside the terminal's that a scenario may be played
	// in, by name. Chat, unless it is empty, goes before the one a file names.
	Chats map[string]NewChat
	Chat  string

	Transcript io.Writer // every event, a line each; may be nil
	JSON       bool      // the transcript as JSON lines
	Report     io.Writer // what failed, and the closing line
	Seed       uint64
}

// rehearsal is a scenario that is ready to be played.
type rehearsal struct {
	scenario *Scenario
	staging  staging
	world    func(ctx context.Context, name string, listen func(Event)) (*world, func(), error)
}

// Run parses every file, and only if all can be used plays them one after the
// other, each in a world of its own. It returns the exit code.
func Run(ctx context.Context, o Options) int {
	if o.Report == nil {
		o.Report = io.Discard
	}
	var ready []rehearsal
	usable := true
	for _, file := range o.Files {
		r, err := o.prepare(file)
		if err != nil {
			fmt.Fprintln(o.Report, err)
			usable = false
			continue
		}
		ready = append(ready, r)
	}
	if !usable || len(o.Files) == 0 {
		return Unusable
	}
	checks, failed := 0, 0
	for i, r := range ready {
		c, f, err := o.rehearse(ctx, i, r)
		if err != nil {
			fmt.Fprintf(o.Report, "%s: %v\n", r.scenario.File, err)
			return Unusable
		}
		checks, failed = checks+c, failed+f
	}
	fmt.Fprintln(o.Report, closing(checks, failed))
	if failed > 0 {
		return Failed
	}
	return Clean
}

func closing(checks, failed int) string { return fmt.Sprintf("%d checks, %d failed", checks, failed) }

// prepare reads one file and everything it names, and runs nothing.
func (o Options) prepare(file string) (rehearsal, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return rehearsal{}, fmt.Errorf("read the scenario: %w", err)
	}
	s, err := Parse(file, string(text))
	if err != nil {
		return rehearsal{}, err
	}
	p, st, err := s.prepare(o)
	if err != nil {
		return rehearsal{}, err
	}
	build := func(ctx context.Context, name string, listen func(Event)) (*world, func(), error) {
		at := clock.NewManual(s.begins())
		shelf, err := o.shelf(ctx, name, at)
		if err != nil {
			return nil, nil, err
		}
		out, remove, err := o.folder()
		if err != nil {
			return nil, nil, errors.Join(err, shelf.Close())
		}
		w, err := newWorld(at, shelf, p, o, st, out, listen)
		return w, func() { shelf.Close(); remove() }, err
	}
	return rehearsal{s, st, build}, nil
}

// chats are all the chats that a scenario can be played in.
func (o Options) chats() map[string]NewChat {
	all := map[string]NewChat{Terminal: newTerminal}
	maps.Copy(all, o.Chats)
	return all
}

// shelf opens the store of a scenario.
func (o Options) shelf(ctx context.Context, name string, at clock.Clock) (*shelf, error) {
	store, err := o.Open(ctx, name, at)
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	s := &shelf{Store: store}
	if o.Reopen != nil {
		s.again = func(ctx context.Context) (storage.Store, error) { return o.Reopen(ctx, name, at) }
	}
	return s, nil
}

// folder returns where exports go, and what removes it when it is temporary.
func (o Options) folder() (path string, remove func(), err error) {
	if o.Out != "" {
		return o.Out, func() {}, os.MkdirAll(o.Out, 0o755)
	}
	path, err = os.MkdirTemp("", "holdfast-rehearse-")
	return path, func() { os.RemoveAll(path) }, err
}

// rehearse plays one scenario and reports on it.
func (o Options) rehearse(ctx context.Context, index int, r rehearsal) (checks, failed int, err error) {
	base := filepath.Base(r.scenario.File)
	name := fmt.Sprintf("%02d-%s", index+1, strings.TrimSuffix(base, filepath.Ext(base)))
	w, done, err := r.world(ctx, name, o.listener())
	if done != nil {
		defer done()
	}
	if err != nil {
		return 0, 0, err
	}
	play := newRunner(w, r.staging, func(d Directive, saw []string) {
		fmt.Fprintf(o.Report, "%s: %s\nsaw:\n", d.Pos, d.Text)
		if len(saw) == 0 {
			saw = []string{"nothing"}
		}
		for _, s := range saw {
			fmt.Fprintf(o.Report, "  %s\n", s)
		}
	})
	for _, d := range r.scenario.Directives {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		play.play(ctx, r.scenario, d)
	}
	if len(o.Files) > 1 {
		fmt.Fprintf(o.Report, "%s: %s\n", r.scenario.File, closing(play.checks, play.failed))
	}
	return play.checks, play.failed, nil
}

func (o Options) listener() func(Event) {
	if o.Transcript == nil {
		return nil
	}
	return func(e Event) {
		line := e.String()
		if o.JSON {
			line = shownJSON(e)
		}
		fmt.Fprintln(o.Transcript, line)
	}
}
