package export_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"holdfast/export"
	"holdfast/incident"
	"holdfast/journal"
)

// long is a journal of n entries in the mixture of a busy incident: two in
// five are effects, the others notes, decisions, tasks and updates.
func long(t testing.TB, n uint64) *book {
	b := newBook(t)
	b.declare("alice", incident.Declare{Title: "checkout failing", Severity: 1, Services: []string{"payments-api"}, Impact: "no payments", Terms: terms()})
	say := func(actor, because string, f journal.Fact) {
		b.pass(time.Second)
		now := b.clock.Now()
		body, err := journal.Encode(journal.Meta{At: now, Recorded: now, Actor: actor, Source: "slash", Because: because, Rule: "anyone",
			Plan: "3f2a1c9d0e", Command: "C0FFEE-1700000000.000100", Room: "#inc-1-checkout-failing", Print: "9c1185a5c5e9fc54"}, f)
		if err != nil {
			t.Fatal(err)
		}
		b.raw(f.Kind(), body)
	}
	for i := 0; b.at < n-10; i++ {
		text := fmt.Sprintf("replication lag on db_payments-%d is 40 s; primary does not answer (graph: https://grafana.example/d/%d) → näher ansehen", i, i)
		key := fmt.Sprintf("INC-1/post:decision:D%d@console", i)
		say("bob", "", &incident.NoteAdded{Text: text, Tag: "db"})
		say("carol", "", &incident.NoteAdded{Text: text})
		say("bob", "the primary does not come back", &incident.DecisionMade{ID: fmt.Sprintf("D%d", i+1), Text: text, Alternatives: []string{"wait for the vendor"}, Reversible: "no"})
		say("bob", "", &journal.Requested{Effect: journal.Effect{Type: journal.Post, Key: key, To: "#inc-1-checkout-failing", Template: "decision", Subject: fmt.Sprintf("D%d", i+1)}})
		say(journal.Bot, "", &journal.Settled{Type: journal.Post, Key: key, Ref: "1700000000.000200"})
		say("erin", "", &incident.TaskAdded{ID: fmt.Sprintf("T%d", i+1), Text: text, Owner: "dan"})
		say("dan", "", &incident.TaskDone{ID: fmt.Sprintf("T%d", i+1)})
		say("carol", "", &incident.UpdateSent{ID: fmt.Sprintf("U%d", i+1), Audience: incident.Team, Text: text})
		say("carol", "", &journal.Requested{Effect: journal.Effect{Type: journal.Post, Key: key + "#2", To: "#inc-1-checkout-failing", Template: "update-team"}})
		say(journal.Bot, "", &journal.Settled{Type: journal.Post, Key: key + "#2", Ref: "1700000000.000300"})
	}
	return b
}

const benchEntries = 100_000

// peak writes nowhere and looks now and then how much memory is in use.
type peak struct {
	most  uint64
	bytes int
}

func (p *peak) Write(b []byte) (int, error) {
	if p.bytes += len(b); p.bytes&(1<<18-1) < len(b) {
		p.look()
	}
	return len(b), nil
}

func (p *peak) look() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.most = max(p.most, m.HeapInuse)
}

func measure(b *testing.B, export func(io.Writer) error) {
	b.Helper()
	runtime.GC()
	var before peak
	before.look()
	var p peak
	for b.Loop() {
		if err := export(&p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.most-min(p.most, before.most))/(1<<20), "peak-MB")
	b.ReportMetric(float64(benchEntries)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkDecode is the control of the others: reading and decoding the same
// entries.
func BenchmarkDecode(b *testing.B) {
	j := long(b, benchEntries)
	kinds := incident.Kinds()
	measure(b, func(w io.Writer) error {
		for e, err := range j.store.Read(context.Background(), j.id, 0) {
			if err != nil {
				return err
			}
			if _, err := kinds.Decode(e.Journal, e.Seq, e.Kind, e.Body); err != nil {
				return err
			}
		}
		return nil
	})
}

func BenchmarkMarkdown(b *testing.B) {
	j := long(b, benchEntries)
	measure(b, func(w io.Writer) error {
		return export.Markdown(context.Background(), w, j.store, j.id, export.Options{})
	})
}

func BenchmarkJSONLines(b *testing.B) {
	j := long(b, benchEntries)
	measure(b, func(w io.Writer) error {
		return export.JSONLines(context.Background(), w, j.store, j.id, export.Options{Key: key})
	})
}

func BenchmarkVerify(b *testing.B) {
	j := long(b, benchEntries)
	data := j.lines()
	measure(b, func(io.Writer) error {
		_, err := export.Verify(bytes.NewReader(data), export.VerifyOptions{})
		return err
	})
}

func BenchmarkHTML(b *testing.B) {
	j := long(b, benchEntries)
	measure(b, func(w io.Writer) error {
		return export.HTML(context.Background(), w, j.store, j.id, export.Options{})
	})
}

func BenchmarkCSV(b *testing.B) {
	j := long(b, benchEntries)
	measure(b, func(w io.Writer) error {
		return export.CSV(context.Background(), w, j.store, j.id, export.Options{})
	})
}
