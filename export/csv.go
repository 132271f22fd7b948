package export

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"holdfast/journal"
	"holdfast/templates"
)

// columns are those of a table of entries, for a spreadsheet. They may only be
// added to, at the end.
var columns = []string{"journal", "entry", "at", "at_utc", "recorded_utc", "actor", "source", "kind", "text", "because", "corrected_to", "rule", "plan_commit", "hash", "chain"}

// CSV writes one row an entry, in the order they were written down, as RFC 4180
// has it, in UTF-8. No cell is taken for a formula. What does not hold together
// is written all the same; the last column says where the chain breaks. Every
// row is whole in itself, and none is proof: JSON lines are.
func CSV(ctx context.Context, w io.Writer, from Source, name string, o Options) error {
	r := newRecord(from, name, o)
	if err := r.gather(ctx); err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	t := &table{record: r, csv: csv.NewWriter(out), chain: chain{journal: name}}
	t.csv.UseCRLF = true
	t.row(columns...)
	for x, err := range r.pass(ctx, 0, func(string) bool { return true }) {
		if err != nil {
			if ctx.Err() != nil {
				return fmt.Errorf("read %s for export: %w", name, err)
			}
			if !inDoubt(err) {
				t.row(name, "", "", "", "", "", "", "", "the rest cannot be read: "+err.Error(), "", "", "", "", "", "BROKEN")
			}
			break
		}
		if x.stored.Seq > r.chain.seq && r.chain.breaks == 0 {
			break // written since the export began
		}
		t.entry(x)
		if err := t.csv.Error(); err != nil {
			return fmt.Errorf("write the table of %s: %w", name, err)
		}
	}
	t.csv.Flush()
	if err := t.csv.Error(); err != nil {
		return fmt.Errorf("write the table of %s: %w", name, err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the table of %s: %w", name, err)
	}
	return nil
}

// table is a table of entries that is being written.
type table struct {
	*record
	csv   *csv.Writer
	chain chain
}

func (t *table) entry(x read) {
	breaks := t.chain.breaks
	t.chain.add(x.stored)
	holds := "holds"
	if t.chain.breaks > breaks {
		holds = "BROKEN"
	}
	place := []string{x.stored.Journal, strconv.FormatUint(x.stored.Seq, 10)}
	if x.harm != nil {
		t.row(append(place, "", "", "", "", "", x.stored.Kind, "cannot be read: "+x.harm.Error(), "", "", "", "", x.stored.Hash.String(), holds)...)
		return
	}
	e := x.entry
	text := strings.TrimPrefix(templates.Sentence(e), "@"+e.Actor+" ") // who it was has a column
	if u, ok := e.Fact.(journal.Unknown); ok {
		text += ": " + quoted(string(u.Data))
	}
	corrected := ""
	if fixes := t.fixes[e.Seq]; len(fixes) > 0 {
		corrected = fixes[len(fixes)-1].text
	}
	t.row(append(place, t.at(e.At), instant(e.At), instant(e.Recorded), e.Actor, e.Source, x.stored.Kind, text, e.Because, corrected,
		e.Rule, e.Plan, x.stored.Hash.String(), holds)...)
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// row writes cells. An error is kept until somebody asks for it.
func (t *table) row(cells ...string) {
	for i, c := range cells {
		cells[i] = cell(c)
	}
	_ = t.csv.Write(cells)
}

// cell makes text harmless to a spreadsheet, which takes what begins with one
// of these, also behind blanks, for a formula to be worked out. An apostrophe
// before it makes it text.
func cell(s string) string {
	if !harmless(s) {
		s = templates.Inert(s)
	}
	first := strings.TrimLeft(s, " \n\u00a0\u3000")
	if first != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(first[:min(len(first), 4)])[0]) {
		return "'" + s
	}
	return s
}
