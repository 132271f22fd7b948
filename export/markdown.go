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
	"holdfast/readiness"
)

// Markdown writes a journal as a record that somebody who was not there can
// follow. Every statement names the entry it comes from, and every entry is in
// it. What does not hold together is written all the same, and said loudly at
// the top. The store is read once for each section that has something to say,
// up to the entry that was the last when the export began.
func Markdown(ctx context.Context, w io.Writer, from Source, name string, o Options) error {
	r := newRecord(from, name, o)
	if err := r.gather(ctx); err != nil {
		return err
	}
	return r.write(ctx, w)
}

func newRecord(from Source, name string, o Options) *record {
	r := &record{from: from, journal: name, options: o, zone: o.zone(), known: incident.Kinds()}
	switch name {
	case incident.RegisterJournal:
		r.known = incident.RegisterKinds()
	case readiness.Journal:
		r.known = readiness.Kinds()
	}
	return r
}

// write writes all sections that have something to say.
func (r *record) write(ctx context.Context, w io.Writer) error {
	r.out = bufio.NewWriterSize(w, 64<<10)
	if err := r.title(ctx); err != nil {
		return err
	}
	for _, s := range r.sections() {
		r.print("\n## ", s.heading, "\n\n")
		if err := s.write(ctx); err != nil {
			return err
		}
	}
	if err := r.out.Flush(); err != nil {
		return fmt.Errorf("write the record of %s: %w", r.journal, err)
	}
	return nil
}

// section is a part of a record under a heading of its own.
type section struct {
	heading string
	present bool
	write   func(context.Context) error
}

// sections lists those that this journal gives rise to.
func (r *record) sections() []section {
	all := []section{
		{"Summary", r.told(), r.summary},
		{"Times", r.told(), r.times},
		{"Roles", r.told(), r.people},
		{"Decisions", r.told(), r.decisions},
		{"Updates", r.told(), r.updates},
		{"Tasks", r.told(), r.tasks},
		{"Follow-ups", r.told(), r.followups},
		{"Done outside", r.told() || r.reachedOut(), r.outside},
		{"Refused for want of a right", r.count("access.denied") > 0, r.refused},
		{"Timeline", true, r.timeline},
		{"How to check this record", true, r.colophon},
	}
	return slices.DeleteFunc(all, func(s section) bool { return !s.present })
}

// record is an export for people that is being written.
type record struct {
	from    Source
	journal string
	options Options
	zone    *time.Location
	known   journal.Kinds
	out     *bufio.Writer // keeps its first error until it is flushed
	failed  error         // the same error, to stop early
	both    bool          // each time is written in UTC, too
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

func (r *record) none() { r.print("None recorded.\n") }

// at writes an instant with its offset, so that it can be read in one way only.
func (r *record) at(t time.Time) string {
	return t.In(r.zone).Format("2006-01-02 15:04:05Z07:00") + r.utc(t)
}

// utc repeats a time in UTC where it is written in both and differs, with the
// date where that differs, too.
func (r *record) utc(t time.Time) string {
	local := t.In(r.zone)
	if _, offset := local.Zone(); !r.both || offset == 0 {
		return ""
	}
	layout := " (15:04:05Z)"
	if t.UTC().Format(time.DateOnly) != local.Format(time.DateOnly) {
		layout = " (2006-01-02 15:04:05Z)"
	}
	return t.UTC().Format(layout)
}

func (r *record) due(t *time.Time) string {
	if t == nil {
		return "none"
	}
	return r.at(*t)
}

func (r *record) clock(t time.Time) string { return t.In(r.zone).Format("15:04:05Z07:00") + r.utc(t) }

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
