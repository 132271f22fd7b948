package export_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"holdfast/export"
	"holdfast/incident"
	"holdfast/journal"
)

func TestEveryEntryIsInTheRecord(t *testing.T) {
	for name, b := range map[string]*book{"outage": outage(t), "odd": odd(t)} {
		record := b.markdown(export.Options{})
		for seq := uint64(1); seq <= b.at; seq++ {
			if !regexp.MustCompile(fmt.Sprintf(`#%d\b`, seq)).MatchString(record) {
				t.Errorf("%s: #%d is not in the record", name, seq)
			}
		}
	}
}

// odd is a journal that no rules would write.
func odd(t testing.TB) *book {
	b := small(t)
	meta := journal.Meta{At: b.clock.Now(), Recorded: b.clock.Now(), Actor: journal.Bot}
	b.fact(meta, &journal.Settled{Type: journal.Page, Key: "INC-1/page:nobody-asked"})
	b.fact(meta, &journal.Requested{Effect: journal.Effect{Key: "k", Type: journal.Post, To: "#x"}})
	b.fact(meta, &journal.Requested{Effect: journal.Effect{Key: "k", Type: journal.Post, To: "#x"}})
	b.fact(meta, &journal.Settled{Type: journal.Post, Key: "k"})
	b.fact(meta, &journal.Failed{Type: journal.Post, Key: "k", Reason: "too late"})
	b.fact(meta, &journal.Abandoned{Type: journal.Post, Key: "k"})
	b.fact(meta, &incident.EntryCorrected{Supersedes: 99, Text: "of nothing"})
	b.fact(meta, &incident.EntryCorrected{Supersedes: b.at, Text: "of a correction"})
	b.fact(meta, &incident.TaskDone{ID: "T9"})
	b.fact(meta, &incident.FollowupOwned{ID: "F9", Owner: "alice"})
	b.fact(meta, &incident.RoleDropped{Role: "nothing", Person: "nobody"})
	b.fact(meta, &incident.PageAcknowledged{Key: "none", Person: "alice"})
	b.fact(meta, journal.Unknown{Of: "weather.seen", Data: []byte(`{"sky":"` + strings.Repeat("blue", 1000) + `"}`)})
	for _, kind := range []string{"decision.made", "task.added", "followup.added", "update.sent", "page.requested", "page.settled", "page.failed", "access.denied", "note.added"} {
		b.raw(kind, []byte(`{"at":1}`))
	}
	return b
}

func TestADamagedJournalSaysSoAtTheTop(t *testing.T) {
	b := outage(t)
	for _, c := range []struct {
		damage
		want string
	}{
		{damage{at: 23, bytes: true}, "> - chain breaks at INC-1#23: its bytes do not give its hash\n"},
		{damage{at: 1, drop: true}, "> - chain breaks at INC-1#1: entry 2 stands there\n"},
		{damage{at: 40, drop: true}, "> - chain breaks at INC-1#40: entry 41 stands there\n"},
		{damage{at: 23, unreadable: true}, "> - INC-1 cannot be read after entry 22: the record cannot be read\n"},
	} {
		c.Source = b.store
		var out strings.Builder
		if err := export.Markdown(context.Background(), &out, c.damage, b.id, export.Options{}); err != nil {
			t.Fatal(err)
		}
		top, _, _ := strings.Cut(out.String(), "A number such as")
		if !strings.Contains(top, "**WARNING: THIS JOURNAL IS DAMAGED.**") || !strings.Contains(top, c.want) {
			t.Errorf("the top is\n%s\nwithout %q", top, c.want)
		}
		if !strings.Contains(out.String(), "but the chain does not hold") {
			t.Error("the end does not say so")
		}
	}
	if sound := b.markdown(export.Options{}); strings.Contains(sound, "DAMAGED") {
		t.Error("a sound journal is called damaged")
	}
}

func TestCommandIsHeldWithoutAGap(t *testing.T) {
	record := outage(t).markdown(export.Options{})
	_, roles, _ := strings.Cut(record, "## Roles")
	rows := regexp.MustCompile(`\| (?:acting )?commander \| (@\w+) \| (\S+ \S+ \(#\d+\)) \| (.*) \|`).FindAllStringSubmatch(roles, -1)
	if len(rows) != 3 {
		t.Fatalf("%d commanders:\n%s", len(rows), roles)
	}
	for i := range rows[1:] {
		if rows[i][3] != rows[i+1][2] {
			t.Errorf("%s until %s, %s from %s", rows[i][1], rows[i][3], rows[i+1][1], rows[i+1][2])
		}
	}
}

func TestADroppedCommandIsActedOnBySomebody(t *testing.T) {
	b := small(t)
	b.must("bob", incident.Claim{Role: incident.Commander})
	b.pass(time.Minute)
	b.must("bob", incident.Drop{Role: incident.Commander})
	want := "| acting commander | @bob | 2026-11-22 10:01:01Z (#9) | the end of this record |"
	if record := b.markdown(export.Options{}); !strings.Contains(record, want) {
		t.Errorf("no %q in\n%s", want, record)
	}
}

func TestTheRegisterIsARecordToo(t *testing.T) {
	b := newBook(t)
	b.id = incident.RegisterJournal
	body, err := journal.Encode(journal.Meta{At: start, Recorded: start, Actor: "alice"}, &incident.Opened{ID: "INC-1", Title: "checkout failing"})
	if err != nil {
		t.Fatal(err)
	}
	b.raw("register.opened", body)
	golden(t, "register.md", b.markdown(export.Options{}))
}

func TestAnExportEndsWithItsContextAndItsWriter(t *testing.T) {
	b := outage(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, f := range export.Formats {
		o := export.Options{Key: key}
		if err := export.Write(ctx, io.Discard, f, b.store, b.id, o); !errors.Is(err, context.Canceled) {
			t.Errorf("%s after the context: %v", f, err)
		}
		if err := export.Write(context.Background(), full{}, f, b.store, b.id, o); !errors.Is(err, errFull) {
			t.Errorf("%s to a full disk: %v", f, err)
		}
	}
}

var errFull = errors.New("no space left")

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestARecordStopsAtTheEntryThatWasTheLast(t *testing.T) {
	b := outage(t)
	want := b.markdown(export.Options{})
	grown := growing{Source: b.store, grow: func() { b.raw("note.added", []byte(`{"at":"2026-11-22T10:00:00Z","data":{"text":"late"}}`)) }}
	var out strings.Builder
	if err := export.Markdown(context.Background(), &out, &grown, b.id, export.Options{}); err != nil {
		t.Fatal(err)
	}
	if grown.reads < 2 || out.String() != want {
		t.Errorf("%d reads of a growing journal give another record", grown.reads)
	}
}
