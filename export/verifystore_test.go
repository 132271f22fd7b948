package export_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"holdfast/export"
	"holdfast/journal"
)

// harmedStore is a store whose journals all have the same damage.
type harmedStore struct {
	damage
	names []string
	err   error
}

func (s harmedStore) Journals(context.Context) ([]string, error) { return s.names, s.err }

func TestAStoreIsVerifiedJournalByJournal(t *testing.T) {
	b := outage(t)
	b.id, b.at = "INC-2", 0
	b.fact(journal.Meta{Actor: "alice"}, journal.Unknown{Of: "weather.seen", Data: []byte("{}")})
	reports, err := export.VerifyStore(context.Background(), b.store)
	if err != nil || len(reports) != 2 {
		t.Fatalf("%v, %v", reports, err)
	}
	for i, want := range []string{"INC-1: 96 entries, head %.12s, OK", "INC-2: 1 entry, head %.12s, OK"} {
		if got := reports[i].String(); got != fmt.Sprintf(want, reports[i].Head) || !reports[i].OK() {
			t.Errorf("%s", got)
		}
	}
	if reports[1].Head.String() != b.head() {
		t.Errorf("the head is %s, want %s", reports[1].Head, b.head())
	}
}

func TestAHarmedEntryIsNamedAndTheRestIsRead(t *testing.T) {
	b := outage(t)
	for _, c := range []struct {
		damage
		count uint64
		want  string
	}{
		{damage{at: 23, bytes: true}, 96, "chain breaks at INC-1#23: its bytes do not give its hash"},
		{damage{at: 23, drop: true}, 95, "chain breaks at INC-1#23: entry 24 stands there"},
		{damage{at: 23, unreadable: true}, 22, "INC-1 cannot be read after entry 22: the record cannot be read"},
	} {
		c.Source = b.store
		reports, err := export.VerifyStore(context.Background(), harmedStore{damage: c.damage, names: []string{"INC-1"}})
		if err != nil || len(reports) != 1 {
			t.Fatalf("%v, %v", reports, err)
		}
		if r := reports[0]; r.OK() || r.Breaks != 1 || r.Count != c.count || r.Named[0] != c.want {
			t.Errorf("%+v", r)
		}
	}
}

func TestAStoreThatCannotListIsAnError(t *testing.T) {
	broken := errors.New("no directory")
	if _, err := export.VerifyStore(context.Background(), harmedStore{err: broken}); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := export.VerifyStore(ctx, outage(t).store); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
