package export_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"holdfast/export"
	"holdfast/incident"
	"holdfast/journal"
	"holdfast/templates"
)

// hostile are words that mean something to Markdown, HTML, a chat or a
// terminal.
var hostile = []string{
	"# x", "## x ##", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![a](https://x.example/a.png)",
	"`x`", "```\nx\n```", "a | b | c", "|---|---|", "<!channel>", "@here and @everyone", "https://x.example/a", "www.x.example", "<https://x.example>",
	"1. x", "2) x", "+ x", "- x", "---", "===", "***", "_a_ __b__", "*a* **b**", "~~x~~", "&lt;b&gt; &#35;", "\\", "x\\", "[^1]", "[ ] x", "[a]: https://x.example",
	"    code", "a\n# b\n- c\n\n| d |", "{{.Title}}", "${x} $y$", "\u202egnp.exe", "a\u200bb\u2066c", "\x1b[31mred\x1b[0m", "\x00", ": x", "> x", "-:", "(#99)",
}

// stuffed is an incident with v wherever somebody's words can stand.
func stuffed(t testing.TB, v string) *book {
	b := newBook(t)
	d := incident.Declare{
		Title: v, Severity: 2, Health: v, Impact: v, Services: []string{v, v}, Owners: []string{"olga"},
		Page: []incident.Target{{To: "team:" + v}}, Ticket: true, Terms: terms(),
	}
	d.Terms.Project = v
	b.plan = v
	b.declare("alice", d)
	b.pass(time.Second)
	meta := func(actor string) journal.Meta {
		return journal.Meta{At: b.clock.Now(), Recorded: b.clock.Now(), Actor: actor, Because: v, Rule: v, Plan: v, Room: v}
	}
	due := b.clock.Now()
	for _, f := range []journal.Fact{
		&journal.Settled{Type: journal.Page, Key: b.state.Pages[0].Effect, Ref: v},
		&incident.PageAcknowledged{Key: b.state.Pages[0].Effect, Page: v, Person: v},
		&journal.Failed{Type: journal.Ticket, Key: b.state.Tickets[0].Effect, Reason: v},
		&incident.RoleTaken{Role: incident.Commander, Person: v},
		&incident.RoleTaken{Role: incident.Lead + v, Person: v},
		&incident.NoteAdded{Text: v, Tag: v},
		&incident.DecisionMade{ID: v, Text: v, Alternatives: []string{v, v}, Reversible: v},
		&incident.DecisionMade{ID: v, Text: v},
		&incident.EntryCorrected{Supersedes: b.at + 8, Text: v},
		&incident.EntryCorrected{Supersedes: b.at + 6, Text: v},
		&incident.TaskAdded{ID: v, Text: v, Owner: v, Due: &due},
		&incident.TaskBlocked{ID: v},
		&incident.FollowupAdded{ID: v, Text: v, Owner: v},
		&incident.FollowupOwned{ID: v, Owner: v},
		&incident.UpdateSent{ID: v, Audience: v, Text: v},
		&incident.UpdateSkipped{Audience: v},
		&incident.AccessDenied{Person: v, Verb: v, Rule: v},
		&incident.TicketLinked{Ticket: v}, &incident.TicketMoved{Ticket: v, From: v, To: v, By: v}, &incident.TaskDone{ID: v, Ticket: v, By: v},
		&incident.Resolved{Summary: v, TR: due},
		&incident.Verified{Person: v},
		&incident.Closed{As: v},
		journal.Unknown{Of: "weather.seen", Data: []byte(fmt.Sprintf(`{"text":%q}`, "word"))},
	} {
		b.fact(meta("alice"), f)
	}
	return b
}

// structure is what of a record no text may change: its blocks, and which
// spans are links, code or emphasis.
func structure(t rapid.TB, record string) string {
	t.Helper()
	set, err := templates.Shipped().With(map[string]string{"record": record})
	if err != nil {
		t.Fatalf("the record is not plain Markdown: %v\n%s", err, record)
	}
	m, err := set.Render("record", nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	spans := func(all []templates.Span) {
		for _, s := range all {
			if s.Bold || s.Italic || s.Code || s.URL != "" {
				fmt.Fprintf(&b, " %v%v%v%q", s.Bold, s.Italic, s.Code, s.URL)
			}
		}
	}
	for _, x := range m.Blocks {
		fmt.Fprintln(&b, x.Kind, x.Level, len(x.Fields), len(x.Items), len(x.Columns), len(x.Rows), len(x.Buttons))
		spans(x.Text)
		for _, f := range x.Fields {
			spans(f.Value)
		}
		for _, i := range x.Items {
			fmt.Fprint(&b, i.Depth, i.Number, i.Task)
			spans(i.Text)
		}
		for _, row := range x.Rows {
			fmt.Fprint(&b, len(row))
			for _, cell := range row {
				spans(cell)
			}
		}
	}
	return b.String()
}

// checkHarmless holds the record of an incident stuffed with v to the structure
// it has with an ordinary word.
func checkHarmless(t rapid.TB, v, want, got string) {
	t.Helper()
	if strings.Contains(got, "<") {
		t.Fatalf("%q: the record holds the beginning of a tag", v)
	}
	if diff := cmp.Diff(templates.Inert(got), got); diff != "" {
		t.Fatalf("%q: the record is not inert (-inert +got):\n%s", v, diff)
	}
	if diff := cmp.Diff(want, structure(t, got)); diff != "" {
		t.Fatalf("%q changes the structure of the record:\n%s", v, diff)
	}
}

func TestNoTextBecomesMarkup(t *testing.T) {
	want := structure(t, stuffed(t, "word").markdown(export.Options{}))
	for _, v := range hostile {
		checkHarmless(t, v, want, stuffed(t, v).markdown(export.Options{}))
	}
}

func TestNoMixtureOfMarksBecomesMarkup(t *testing.T) {
	want := structure(t, stuffed(t, "word").markdown(export.Options{}))
	parts := append([]string{"a", " ", "\n", "\t", "#", "-", "*", "_", "`", "~", "|", "<", ">", "[", "](", ")", "!", "\\", ":", "//", "1.", "$", "@all"}, hostile...)
	rapid.Check(t, func(rt *rapid.T) {
		v := "w" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 6).Draw(rt, "text"), "")
		checkHarmless(rt, v, want, stuffed(t, v).markdown(export.Options{}))
	})
}
