package rehearse_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"holdfast/internal/clock"
	"holdfast/rehearse"
	"holdfast/storage"
	"holdfast/storage/memory"
)

// cellar keeps a store while nobody has it open, as a folder does.
type cellar struct {
	t        *testing.T
	held     *memory.Store
	isOpen   bool
	reopened int
	name     string
	at       clock.Clock
	refuse   int // so many times, opening again fails
}

func (c *cellar) first(_ context.Context, name string, at clock.Clock) (storage.Store, error) {
	c.held, c.name, c.at = memory.New(at), name, at
	c.isOpen = true
	return &borrowed{c.held, c}, nil
}

func (c *cellar) again(_ context.Context, name string, at clock.Clock) (storage.Store, error) {
	if c.isOpen || name != c.name || at != c.at {
		c.t.Errorf("%s is opened again, %s open: %t", name, c.name, c.isOpen)
	}
	if c.refuse > 0 {
		c.refuse--
		return nil, errors.New("somebody else has it")
	}
	c.isOpen = true
	c.reopened++
	return &borrowed{c.held, c}, nil
}

// borrowed is the store until it is closed, and gives it back unchanged.
type borrowed struct {
	*memory.Store
	cellar *cellar
}

func (b *borrowed) Close() error {
	b.cellar.isOpen = false
	return nil
}

// replayed plays a scenario on a store that is closed when the process ends.
func replayed(t *testing.T, c *cellar, text string) (exit int, report, transcript string) {
	t.Helper()
	exit, report, transcript = played(t, text, rehearse.Options{Open: c.first, Reopen: c.again})
	if c.isOpen {
		t.Error("the store was left open")
	}
	return exit, report, transcript
}

const twoRestarts = declared + `@bob #inc-1-checkout-failing: /incident role claim commander
restart
@bob: /incident decide "fail over" because "lag is 2 s"
restart after-append
@bob: /incident note "kept"
redeliver
expect reply @bob ~ kept
+10m
expect journal INC-1 count note.added = 1
expect state INC-1 roles.commander = bob
expect pending 0
expect verify INC-1 ok
`

func TestARestartClosesTheStoreAndOpensItAgain(t *testing.T) {
	c := &cellar{t: t}
	exit, report, transcript := replayed(t, c, twoRestarts)
	if exit != rehearse.Clean || c.reopened != 2 {
		t.Errorf("exit %d, opened again %d times\n%s", exit, c.reopened, report)
	}
	if _, _, kept := rehearsed(t, twoRestarts); transcript != kept {
		t.Errorf("a store that stays open gives another transcript:\n%s\n%s", transcript, kept)
	}
}

func TestAStoreThatDoesNotOpenAgainIsTriedAgain(t *testing.T) {
	c := &cellar{t: t, refuse: 3}
	exit, report, transcript := replayed(t, c, declared+`restart
@bob #ops: /incident list
expect not reply
+1m
@bob #ops: /incident list
expect reply ~ INC-1
`)
	if exit != rehearse.Clean || !strings.Contains(transcript, "open the store again: somebody else has it") {
		t.Errorf("exit %d\n%s\n%s", exit, report, transcript)
	}
}

func TestAStoreReadsTheTimeOfItsScenario(t *testing.T) {
	c := &cellar{t: t}
	// A command id is remembered for 72 h of the scenario's time.
	if exit, report, _ := replayed(t, c, stage+"+73h\nexpect pending 0\n"); exit != rehearse.Clean {
		t.Fatal(report)
	}
	if got := c.at.Now().Format("2006-01-02T15:04:05Z"); got != "2026-11-05T11:00:00Z" {
		t.Errorf("its clock says %s", got)
	}
}
