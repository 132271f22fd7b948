package pagerduty_test

import (
	"strings"
	"testing"

	"holdfast/integrations"
	"holdfast/rehearse/standin"
)

func noteOn(id, mark string) integrations.PageNote {
	return integrations.PageNote{Key: page("team:dba", 1).Key, ID: id, Text: "INC-1 D1: fail over " + mark, Mark: mark}
}

func TestADecisionIsANoteOfTheIncidentOnceWhateverGetsLost(t *testing.T) {
	for _, mode := range append([]string{""}, standin.Modes...) {
		t.Run(mode, func(t *testing.T) {
			w := newWorld(t, account())
			p := w.open(t, w.options())
			id, err := p.Page(t.Context(), page("team:dba", 1))
			if err != nil {
				t.Fatal(err)
			}
			n := noteOn(id, "(INC-1#7)")
			if mode != "" {
				w.fail(t)(mode, 1)
				if err := p.Note(w.patient(t.Context()), n); err == nil {
					t.Fatal("it did not fail")
				}
				n.Again = true
			}
			for range 3 { // an answer that is not believed
				if err := p.Note(t.Context(), n); err != nil {
					t.Fatal(err)
				}
				n.Again = true
			}
			if err := p.Note(t.Context(), noteOn(id, "(INC-1#70)")); err != nil {
				t.Fatal(err)
			}
			got := w.Incidents()[0].Notes
			if len(got) != 2 || got[0] != "INC-1 D1: fail over (INC-1#7)" || !strings.HasSuffix(got[1], "#70)") {
				t.Errorf("the notes are %q", got)
			}
		})
	}
}

func TestAStatusUpdateReachesTheIncidentOfAnEvent(t *testing.T) {
	w := newWorld(t, account())
	p := w.open(t, w.options())
	r := page("team:app", 1)
	id, err := p.Page(t.Context(), r)
	if err != nil || id != r.Key {
		t.Fatalf("paged as %q, %v", id, err)
	}
	n := noteOn(id, "(INC-1#8)")
	n.Key = r.Key
	if err := p.Update(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if got := w.Incidents()[0].Updates; len(got) != 1 || got[0] != n.Text {
		t.Errorf("the updates are %q", got)
	}
}

func TestALongNoteIsCutAndKeepsItsMark(t *testing.T) {
	w := newWorld(t, account())
	p := w.open(t, w.options())
	id, err := p.Page(t.Context(), page("team:dba", 1))
	if err != nil {
		t.Fatal(err)
	}
	n := noteOn(id, "(INC-1#7)")
	n.Text, n.Again = strings.Repeat("ü", 5000)+" (INC-1#7)", true
	for range 2 {
		if err := p.Note(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.Incidents()[0].Notes; len(got) != 1 || len([]rune(got[0])) > 2000 || !strings.HasSuffix(got[0], "… (cut, full text INC-1#7) (INC-1#7)") {
		t.Errorf("the notes are %q", got)
	}
}

func TestWhatIsNotThereIsToldNothing(t *testing.T) {
	w := newWorld(t, account())
	p := w.open(t, w.options())
	for sentence, n := range map[string]integrations.PageNote{
		"a page of another pager":    noteOn("next:PG-1", "(INC-1#7)"),
		"an incident that is gone":   noteOn("QGONE01", "(INC-1#7)"),
		"an event that came to nil":  noteOn(page("team:dba", 1).Key, "(INC-1#7)"),
		"a repeat on one that is so": {Key: "k", ID: "QGONE01", Text: "x (INC-1#7)", Mark: "(INC-1#7)", Again: true},
	} {
		if err := p.Note(t.Context(), n); err != nil {
			t.Errorf("%s: %v", sentence, err)
		}
		if err := p.Update(t.Context(), n); err != nil {
			t.Errorf("%s: %v", sentence, err)
		}
	}
}
