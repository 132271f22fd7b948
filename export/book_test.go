package export_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"holdfast/export"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/storage"
	"holdfast/storage/memory"
)

var start = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// key is the key of all tests.
var key = export.NewSigner([32]byte{1, 2, 3})

// book writes a journal as the engine would: the incident's rules decide, what
// they say is stored and folded.
type book struct {
	t     testing.TB
	store *memory.Store
	clock *clock.Manual
	id    string
	at    uint64
	state incident.State
	plan  string
}

func newBook(t testing.TB) *book {
	c := clock.NewManual(start)
	return &book{t: t, store: memory.New(c), clock: c, plan: "3f2a1c9"}
}

func (b *book) pass(d time.Duration) { b.clock.Add(d) }

func somebody(id string) incident.Person {
	return incident.Person{ID: id, Groups: []string{"responders", "commanders", "comms"}}
}

func (b *book) context(who string) incident.Context {
	return incident.Context{Now: b.clock.Now(), Actor: somebody(who), Platform: "console"}
}

func (b *book) declare(who string, d incident.Declare) {
	b.t.Helper()
	o := d.Open(incident.Register{}, b.context(who))
	if o.Refusal != nil {
		b.t.Fatal(o.Refusal)
	}
	b.id = o.ID
	b.write(who, o.Rule, o.First...)
}

// do appends what the rules say; a refusal is given back, its facts kept.
func (b *book) do(who string, a incident.Action) error {
	b.t.Helper()
	v := incident.Decide(b.state, b.context(who), a)
	b.write(who, v.Rule, v.Statements...)
	return v.Refusal
}

func (b *book) must(who string, a incident.Action) {
	b.t.Helper()
	if err := b.do(who, a); err != nil {
		b.t.Fatalf("%T by %s: %v", a, who, err)
	}
}

func (b *book) settle(key, ref string) {
	b.t.Helper()
	b.must(journal.Bot, incident.Settle{Key: key, Ref: ref})
}

// settleAll ends what is pending as done.
func (b *book) settleAll() {
	for _, t := range b.state.Outbox.Open() {
		b.settle(t.Key, "")
	}
}

// fire lets every timer go off that is due, until none has anything to say.
func (b *book) fire() {
	b.t.Helper()
	for before := uint64(0); before != b.at; {
		before = b.at
		due, _ := incident.Due(b.state, b.clock.Now())
		for _, timer := range due {
			b.must(journal.Bot, timer.Action)
		}
	}
}

func (b *book) write(who, rule string, statements ...incident.Statement) {
	b.t.Helper()
	for _, st := range statements {
		m := journal.Meta{At: st.At, Recorded: b.clock.Now(), Actor: who, Source: "slash", Because: st.Because, Rule: rule, Plan: b.plan}
		if m.At.IsZero() {
			m.At = m.Recorded
		}
		b.fact(m, st.Fact)
	}
}

func (b *book) fact(m journal.Meta, f journal.Fact) {
	b.t.Helper()
	body, err := journal.Encode(m, f)
	if err != nil {
		b.t.Fatal(err)
	}
	b.raw(f.Kind(), body)
	e, err := incident.Kinds().Decode(b.id, b.at, f.Kind(), body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.state = b.state.Apply(e)
}

func (b *book) raw(kind string, body []byte) {
	b.t.Helper()
	w := storage.Write{Journal: b.id, At: b.at, Drafts: []storage.Draft{{Kind: kind, Body: body}}}
	if _, err := b.store.Append(context.Background(), "", w); err != nil {
		b.t.Fatal(err)
	}
	b.at++
}

func minutes(n int) incident.Dur { return incident.Dur(time.Duration(n) * time.Minute) }

func terms() incident.Terms {
	return incident.Terms{
		Cadence: map[string][4]incident.Dur{incident.Team: {minutes(30), minutes(60)}, incident.Exec: {minutes(60)}},
		Remind:  minutes(5), Grace: minutes(1), OfferLife: minutes(5), UnclaimedAfter: minutes(5), UnclaimedRed: minutes(15),
		PageSeverity: 2, PageConfirm: incident.Dur(15 * time.Second), Project: "OPS", TitleMax: 200, TextMax: 10000,
	}
}

func (b *book) refused(who string, a incident.Action) {
	b.t.Helper()
	if b.do(who, a) == nil {
		b.t.Fatalf("%T by %s is allowed", a, who)
	}
}

// seqOf returns the latest entry of a kind.
func (b *book) seqOf(kind string) uint64 {
	b.t.Helper()
	var seq uint64
	for e, err := range b.store.Read(context.Background(), b.id, 0) {
		if err != nil {
			b.t.Fatal(err)
		}
		if e.Kind == kind {
			seq = e.Seq
		}
	}
	return seq
}

// head returns the hash of the last entry.
func (b *book) head() string {
	b.t.Helper()
	var head string
	for e, err := range b.store.Read(context.Background(), b.id, b.at-1) {
		if err != nil {
			b.t.Fatal(err)
		}
		head = e.Hash.String()
	}
	return head
}

func (b *book) markdown(o export.Options) string {
	b.t.Helper()
	var out strings.Builder
	if err := export.Markdown(context.Background(), &out, b.store, b.id, o); err != nil {
		b.t.Fatal(err)
	}
	return out.String()
}

func (b *book) lines() []byte {
	b.t.Helper()
	var out bytes.Buffer
	if err := export.JSONLines(context.Background(), &out, b.store, b.id, export.Options{Key: key, Now: b.clock.Now()}); err != nil {
		b.t.Fatal(err)
	}
	return out.Bytes()
}
