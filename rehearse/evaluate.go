package rehearse

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// mostSeen is how many events a failed check shows.
const mostSeen = 10

// verdict is the outcome of a check.
type verdict struct {
	ok  bool
	saw []string // what there was instead, a line each
}

// record is what checks look at besides the transcript. It reads past every
// failure a scenario has arranged.
type record interface {
	// Facts returns every fact of a journal, oldest first.
	Facts(ctx context.Context, journal string) ([]Fact, error)
	// State returns what a journal adds up to, as decoded JSON; nil for a
	// journal without entries.
	State(ctx context.Context, journal string) (any, error)
	// Verify checks a journal's chain.
	Verify(ctx context.Context, journal string) error
	// Pending counts the effects of all journals that are not over.
	Pending(ctx context.Context) (int, error)
	// File returns an exported file.
	File(name string) (string, error)
}

// Fact is an entry as checks see it.
type Fact struct {
	Ref  string // INC-1#4
	Kind string
	Data any            // the fact's own data, decoded
	Meta map[string]any // who, when, why: actor, because, at ...
}

// outcome is what became of the last command.
type outcome struct {
	answered bool   // there was a command, and an answer to it
	code     string // empty when it was accepted
	text     string // of the answer
}

// judge evaluates checks.
type judge struct {
	transcript *Transcript
	record     record
	last       outcome
	actor      string // who acted last
}

// Judge evaluates one check. An error means that what it looks at could not be
// read; the check has failed.
func (j *judge) Judge(ctx context.Context, c Check) verdict {
	v, err := j.see(ctx, c)
	if err != nil {
		return verdict{saw: []string{err.Error()}}
	}
	return v
}

func (j *judge) see(ctx context.Context, c Check) (verdict, error) {
	switch c := c.(type) {
	case ExpectEvents:
		return j.events(c), nil
	case ExpectOutcome:
		return j.outcome(c), nil
	case ExpectFacts:
		return j.facts(ctx, c)
	case ExpectState:
		return j.state(ctx, c)
	case ExpectVerify:
		if err := j.record.Verify(ctx, c.Journal); err != nil {
			return verdict{}, err
		}
		return verdict{ok: true}, nil
	case ExpectPending:
		n, err := j.record.Pending(ctx)
		return verdict{n == c.Count, []string{fmt.Sprintf("%d pending", n)}}, err
	case ExpectFile:
		text, err := j.record.File(c.File)
		return verdict{c.Match.Holds(text), strings.SplitN(text, "\n", mostSeen+1)[:min(mostSeen, strings.Count(text, "\n")+1)]}, err
	}
	return verdict{}, fmt.Errorf("nobody can judge %s", c)
}

func (j *judge) events(c ExpectEvents) verdict {
	to := c.To
	if to == "" && c.Kind == KindReply && j.actor != "" {
		to = "@" + j.actor
	}
	kind := c.Kind
	if kind == KindJournal {
		kind = KindFact
	}
	var saw []string
	hits := 0
	for _, e := range j.transcript.Window(c.Ever) {
		if e.Kind != kind {
			continue
		}
		saw = append(saw, e.String())
		// A ticket is addressed as new, and by its key once it has one.
		addressed := to == "" || e.To == to || kind == KindTicket && e.Ref == to
		if addressed && c.Match.Holds(e.Text) {
			hits++
		}
	}
	ok := hits == c.Count
	if c.Count == AtLeastOne {
		ok = hits > 0
	}
	return verdict{ok, newest(saw)}
}

// newest keeps the last few lines and says how many went before.
func newest(saw []string) []string {
	if len(saw) <= mostSeen {
		return saw
	}
	more := fmt.Sprintf("(%d earlier)", len(saw)-mostSeen)
	return append([]string{more}, saw[len(saw)-mostSeen:]...)
}

func (j *judge) outcome(c ExpectOutcome) verdict {
	if !j.last.answered {
		return verdict{saw: []string{"no answer to a command"}}
	}
	saw := "accepted: " + j.last.text
	if j.last.code != "" {
		saw = "refused with " + j.last.code + ": " + j.last.text
	}
	return verdict{j.last.code == c.Code, []string{saw}}
}

func (j *judge) facts(ctx context.Context, c ExpectFacts) (verdict, error) {
	all, err := j.record.Facts(ctx, c.Journal)
	if err != nil {
		return verdict{}, err
	}
	hits := 0
	var same, kinds []string
	for _, f := range all {
		kinds = append(kinds, f.Kind)
		if f.Kind != c.Fact {
			continue
		}
		same = append(same, f.Ref+" "+f.Kind+" "+shownJSON(f.Data))
		if f.holds(c.Fields) {
			hits++
		}
	}
	if same == nil {
		slices.Sort(kinds)
		same = []string{"other kinds only: " + strings.Join(slices.Compact(kinds), ", ")}
	}
	if len(all) == 0 {
		same = []string{c.Journal + " has no entries"}
	}
	ok := map[string]bool{"has": hits > 0, "lacks": hits == 0, "count": hits == c.Count}[c.How]
	return verdict{ok, newest(same)}, nil
}

// holds reports whether every field has its value, in the fact's own data or
// else in what its entry says about it.
func (f Fact) holds(fields []Field) bool {
	for _, field := range fields {
		path, err := ParsePath(field.Name)
		if err != nil {
			return false
		}
		values := path.Find(f.Data)
		if len(values) == 0 {
			values = path.Find(f.Meta)
		}
		if !slices.ContainsFunc(values, func(v any) bool { return shown(v) == field.Value }) {
			return false
		}
	}
	return true
}

func (j *judge) state(ctx context.Context, c ExpectState) (verdict, error) {
	doc, err := j.record.State(ctx, c.Journal)
	if err != nil {
		return verdict{}, err
	}
	values := c.Path.Find(doc)
	var saw []string
	present, hit := false, false
	for _, v := range values {
		saw = append(saw, c.Path.String()+" = "+shown(v))
		present = present || !absent(v)
		hit = hit || c.Match.Holds(shown(v))
	}
	switch {
	case doc == nil:
		saw = []string{c.Journal + " has no entries"}
	case len(values) == 0:
		saw = []string{c.Path.String() + " is absent"}
	}
	if c.Absent {
		return verdict{!present, newest(saw)}, nil
	}
	return verdict{hit, newest(saw)}, nil
}
