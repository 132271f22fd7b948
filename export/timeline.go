package export

import (
	"context"
	"slices"
	"unicode/utf8"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/readiness"
	"holdfast/templates"
)

// refused lists who was denied what.
func (r *record) refused(ctx context.Context) error {
	return r.each(ctx, of("access.denied"), func(e journal.Entry, err error) {
		switch e.Fact.(type) {
		case *incident.AccessDenied, *readiness.AccessDenied:
			if err != nil {
				return
			}
			r.print("- ", r.at(e.Recorded), " ", literal(templates.Sentence(e)), ref(e.Seq), "\n")
		}
	})
}

// timeline writes everything that people and timers did, in the order it was
// written down. What other systems did stands in the tables above.
func (r *record) timeline(ctx context.Context) error {
	var effects []string
	for _, suffix := range []string{".requested", ".settled", ".failed", ".abandoned"} {
		effects = append(effects, kindsOf(suffix, journal.EffectTypes...)...)
	}
	told := map[string]bool{}
	for kind := range r.kinds {
		told[kind] = !slices.Contains(effects, kind)
	}
	day := ""
	return r.each(ctx, func(kind string) bool { return told[kind] }, func(e journal.Entry, err error) {
		if err != nil {
			r.unreadable++
			r.print("- **cannot be read:** ", literal(err.Error()), ref(e.Seq), "\n")
			return
		}
		r.plans.add(e.Plan)
		if d := e.Recorded.In(r.zone).Format("2006-01-02"); d != day {
			if day != "" {
				r.print("\n")
			}
			day = d
			r.print("### ", day, "\n\n")
		}
		when := r.clock(e.At)
		if e.At.In(r.zone).Format("2006-01-02") != day {
			when = r.at(e.At)
		}
		r.print("- ", when, " ", r.line(e), ref(e.Seq), "\n")
	})
}

// line says an entry, with its correction where it has one.
func (r *record) line(e journal.Entry) string {
	s := templates.Sentence(e)
	if u, ok := e.Fact.(journal.Unknown); ok {
		s += ": " + quoted(string(u.Data))
	}
	return r.inForce(e.Seq, s)
}

// maxQuote is how many bytes of an unknown entry are quoted.
const maxQuote = 1000

func quoted(data string) string {
	if len(data) <= maxQuote {
		return data
	}
	cut := maxQuote
	for cut > 0 && !utf8.RuneStart(data[cut]) {
		cut--
	}
	return data[:cut] + " (cut; the whole is in the JSON lines)"
}
