package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/internal/fault"
)

// until waits for what another goroutine is about to do.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick, late := time.NewTicker(time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("waited in vain: " + what)
		}
	}
}

func patient(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := engine.Patient(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestAPatientCommandIsRecordedWhenTheStoreIsBack(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Store.Refuse(true)
	recorded := make(chan error, 1)
	go func() {
		_, err := w.Engine.Do(patient(t, time.Minute), w.By(bob, "INC-1", incident.AddNote{Text: "lag is 2 s"}))
		recorded <- err
	}()
	until(t, "three tries", func() bool { return w.Store.Refused() >= 3 })
	w.Store.Refuse(false)
	if err := <-recorded; err != nil {
		t.Fatal(err)
	}
	if n := w.Count("INC-1", "note.added"); n != 1 {
		t.Errorf("recorded %d times", n)
	}
}

func TestPatienceEndsWithAnHonestAnswer(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Store.Refuse(true)
	_, err := w.Engine.Do(patient(t, 200*time.Millisecond), w.By(bob, "INC-1", incident.AddNote{Text: "lag is 2 s"}))
	f := fault.From(err)
	if f.Code != fault.Store || !strings.HasPrefix(f.Text, "NOT RECORDED: ") || f.Next != "Start the store." || w.Store.Refused() < 2 {
		t.Errorf("after %d tries: %+v", w.Store.Refused(), f)
	}
}

func TestNobodyWaitsForWhatCannotMendItself(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Store.RefuseForGood()
	ctx := patient(t, time.Hour)
	if _, err := w.Engine.Do(ctx, w.By(bob, "INC-1", incident.AddNote{Text: "x"})); fault.CodeOf(err) != fault.Store || w.Store.Refused() != 1 {
		t.Errorf("%v after %d tries", err, w.Store.Refused())
	}
}

func TestACommandWithoutPatienceIsTriedOnce(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Store.Refuse(true)
	if _, err := w.Engine.Do(t.Context(), w.By(bob, "INC-1", incident.AddNote{Text: "x"})); fault.CodeOf(err) != fault.Store || w.Store.Refused() != 1 {
		t.Errorf("%v after %d tries", err, w.Store.Refused())
	}
}

func TestWhatIsInDoubtIsNotCalledUnrecorded(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Store.LoseReplies(2)
	w.Store.Store = amnesiac{w.Store.Store} // so that no second try finds out
	_, err := w.Engine.Do(t.Context(), w.By(bob, "INC-1", incident.AddNote{Text: "lag is 2 s"}))
	if f := fault.From(err); f.Code != fault.Store || !strings.HasPrefix(f.Text, "NOT RECORDED, as far as is known: ") || !strings.Contains(f.Next, "timeline") {
		t.Errorf("%+v", f)
	}
}

func TestACrowdBehindAHungStoreIsAnswered(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	hung := &hanging{Store: w.Store.Store, asked: make(chan struct{}, 16), free: make(chan struct{})}
	w.Store.Store = hung
	first := make(chan error, 1)
	go func() {
		_, err := w.Engine.Do(context.WithoutCancel(t.Context()), w.By(bob, "INC-1", incident.AddNote{Text: "first"}))
		first <- err
	}()
	<-hung.asked
	_, err := w.Engine.Do(patient(t, 50*time.Millisecond), w.By(alice, "INC-1", incident.AddNote{Text: "second"}))
	if f := fault.From(err); f.Code != fault.Store || !strings.HasPrefix(f.Text, "NOT RECORDED: ") {
		t.Errorf("%+v", f)
	}
	close(hung.free)
	if err := <-first; err != nil {
		t.Error(err)
	}
}
