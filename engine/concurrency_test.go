package engine_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/rehearse/standin"
)

// Eight people write to three incidents through two replicas that perform in
// goroutines, while the pager loses an answer now and then. The race detector
// watches.
func TestPeopleReplicasAndCallsAtOnceLoseNothing(t *testing.T) {
	const writers, each = 8, 40
	w := enginetest.New(t)
	w.Crash(w.Engine)
	replicas := []*engine.Engine{w.BootLoose("x"), w.BootLoose("y")}
	w.Engine = replicas[0]
	for i := range 3 {
		d := enginetest.Outage()
		d.Services = []string{fmt.Sprintf("service-%d", i)}
		w.Declare(alice, d)
	}

	var people, loops sync.WaitGroup
	done, stop := context.WithCancel(t.Context())
	for _, e := range replicas {
		loops.Go(func() {
			for done.Err() == nil {
				e.Advance(context.Background(), w.Clock.Now())
				select {
				case <-e.Wake():
				case <-done.Done():
				}
			}
		})
	}
	for i := range writers {
		people.Go(func() { chatter(t, w, replicas, i, each) })
	}
	people.Wait()
	stop()
	loops.Wait()
	drain(t, w, replicas)

	for i := range 3 {
		id := fmt.Sprintf("INC-%d", i+1)
		if s := w.State(id); s.Pending != 0 || s.InCommand() == "" {
			t.Errorf("%s: %d pending, in command %q", id, s.Pending, s.InCommand())
		}
		w.Kinds(id) // the chain
	}
	notes := 0
	for i := range 3 {
		notes += w.Count(fmt.Sprintf("INC-%d", i+1), "note.added")
	}
	if notes != writers*each {
		t.Errorf("%d notes of %d", notes, writers*each)
	}
	once(t, w)
	if pages := len(w.Seen(standin.Page)); pages != 3+writers*each/10 {
		t.Errorf("%d pages", pages)
	}
}

// chatter writes notes, claims command now and then, and pages.
func chatter(t *testing.T, w *enginetest.World, replicas []*engine.Engine, person, n int) {
	who := enginetest.Person(fmt.Sprintf("p%d", person), "commanders")
	for i := range n {
		e := replicas[(person+i)%len(replicas)]
		id := fmt.Sprintf("INC-%d", (person+i)%3+1)
		actions := []incident.Action{incident.AddNote{Text: fmt.Sprintf("note %d", i)}}
		switch {
		case i%10 == 3:
			actions = append(actions, incident.PagePeople{To: incident.Target{To: "@dan"}, Why: "come"})
			if err := w.Pager.Fault(standin.LostReply, time.Time{}, 1); err != nil {
				t.Error(err)
			}
		case i%10 == 7:
			actions = append(actions, incident.Claim{Role: incident.Commander}, incident.Drop{Role: incident.Commander})
		}
		for _, a := range actions {
			if _, err := e.Do(context.Background(), w.By(who, id, a)); err != nil && fault.CodeOf(err) != fault.LostRace && fault.CodeOf(err) != fault.NotOpen {
				t.Errorf("%T: %v", a, err)
			}
		}
	}
}

// drain moves the clock until nothing is pending or under way.
func drain(t *testing.T, w *enginetest.World, replicas []*engine.Engine) {
	t.Helper()
	w.Pager.Heal()
	for range 600 {
		w.Clock.Add(time.Second)
		for _, e := range replicas {
			if err := e.Open(t.Context()); err != nil { // in place of the store's feed
				t.Fatal(err)
			}
			for idle := false; !idle; {
				if idle, _ = e.Advance(t.Context(), w.Clock.Now()); !idle {
					<-e.Wake()
				}
			}
		}
		pending := 0
		for i := range 3 {
			pending += w.State(fmt.Sprintf("INC-%d", i+1)).Pending
		}
		if pending == 0 {
			return
		}
	}
	t.Fatal("effects are still pending after ten minutes")
}
