package export

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// Markdown writes a journal as a record that somebody who was not there can
// follow. Every statement names the entry it comes from, and every entry is in
// it. What does not hold together is written all the same, and said loudly at
// the top. The store is read once for each section that has something to say,
// up to the entry that was the last when the export began.
func Markdown(ctx context.Context, w io.Writer, from Source, name string, o Options) error {
	r := &record{from: from, journal: name, options: o, zone: o.zone(), out: bufio.NewWriterSize(w, 64<<10), known: incident.Kinds()}
	if name == incident.RegisterJournal {
		r.known = incident.RegisterKinds()
	}
	if err := r.gather(ctx); err != nil {
		return err
	}
	for _, section := range []func(context.Context) error{
		r.title, r.summary, r.times, r.people, r.decisions, r.updates, r.tasks, r.followups,
		r.outside, r.refused, r.timeline, r.colophon,
	} {
		if err := section(ctx); err != nil {
			return err
		}
	}
	if err := r.out.Flush(); err != nil {
		return fmt.Errorf("write the record of %s: %w", name, err)
	}
	return nil
}

// record is a Markdown export that is being written.
type record struct {
	from    Source
	journal string
	options Options
	zone    *time.Location
	known   journal.Kinds
	out     *bufio.Writer // keeps its first error until it is flushed
	failed  error         // the same error, to stop early
	*gathered
	plans      planCommits
	unreadable int
}

// print writes; what comes from outside must have gone through literal.
func (r *record) print(parts ...string) {
	for _, p := range parts {
		if _, err := r.out.WriteString(p); err != nil {
			r.failed = err
		}
	}
}

func (r *record) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(r.out, format, args...); err != nil {
		r.failed = err
	}
}

// told says whether there is an incident to tell of: the register has none, nor
// has a journal whose first entry cannot be read.
func (r *record) told() bool { return r.state.ID != "" }

func (r *record) heading(text string) { r.print("\n## ", text, "\n\n") }

func (r *record) none() { r.print("None recorded.\n") }

// at writes an instant with its offset, so that it can be read in one way only.
func (r *record) at(t time.Time) string { return t.In(r.zone).Format("2006-01-02 15:04:05Z07:00") }

func (r *record) due(t *time.Time) string {
	if t == nil {
		return "none"
	}
	return r.at(*t)
}

func (r *record) clock(t time.Time) string { return t.In(r.zone).Format("15:04:05Z07:00") }

// ref names the entries a statement comes from: (#3, #9).
func ref(seqs ...uint64) string {
	var b strings.Builder
	for i, seq := range seqs {
		if seq == 0 || slices.Contains(seqs[:i], seq) {
			continue
		}
		if b.Len() == 0 {
			b.WriteString(" (")
		} else {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "#%d", seq)
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String() + ")"
}

// person writes somebody's id as it is said everywhere.
func person(id string) string {
	switch id {
	case "":
		return "nobody"
	case journal.Bot:
		return "Holdfast"
	}
	return literal("@" + id)
}

func severity(n int) string { return fmt.Sprintf("SEV%d", n) }

// said is literal, or a dash where there is nothing.
func said(s string) string {
	if s = literal(s); s == "" {
		return "none recorded"
	}
	return s
}

// span writes how long something took, to the second.
func span(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "minus ", -d
	}
	var parts []string
	for _, u := range []struct {
		name string
		of   time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}} {
		if n := d / u.of; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, u.name))
			d %= u.of
		}
	}
	if len(parts) == 0 {
		return "0 s"
	}
	return sign + strings.Join(parts, " ")
}
