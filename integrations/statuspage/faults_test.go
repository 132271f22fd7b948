package statuspage_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/rehearse/standin"
)

var (
	hana = enginetest.Person("hana", "comms")
	lena = enginetest.Person("lena", "approvers")
)

// outage is one that customers see on the page.
func outage() incident.Declare {
	d := enginetest.Outage()
	d.Terms.Components = map[string]incident.Component{"payments-api": {ID: portal, Name: "Customer portal"}}
	return d
}

// inPage is a world whose status page is a Statuspage over TLS.
func inPage(t *testing.T) (*enginetest.World, *world) {
	t.Helper()
	e := enginetest.New(t)
	w := newWorldAt(t, e.Clock)
	e.Shows = patient{w, w.page}
	e.Restart()
	e.Declare(enginetest.Person("alice", "responders"), outage())
	e.Do(hana, "INC-1", incident.Claim{Role: incident.Comms})
	return e, w
}

// tell has a text approved.
func tell(e *enginetest.World, id, text string) {
	e.Do(hana, "INC-1", incident.SendUpdate{Audience: incident.Customer, Text: text, Asked: []string{"lena"}})
	e.Do(lena, "INC-1", incident.Approve{ID: id})
}

// Whatever the page does for minutes: customers read each text once, in order,
// in one incident, when it is well again.
func TestWhateverHappensToThePageCustomersReadEachTextOnce(t *testing.T) {
	for _, mode := range standin.Modes {
		t.Run(mode, func(t *testing.T) {
			e, w := inPage(t)
			if err := w.Fault(mode, w.clock.Now().Add(3*time.Minute), 0); err != nil {
				t.Fatal(err)
			}
			tell(e, "A1", "Card payments fail.")
			e.Pass(30 * time.Second)
			e.Do(enginetest.Person("alice"), "INC-1", incident.SetPhase{Phase: incident.Identified})
			tell(e, "A2", "We are moving them to another site.")
			e.Pass(30 * time.Second)
			if s := e.State("INC-1"); s.Pending == 0 || s.OnPage != nil || len(w.Calls()) == 0 && mode != standin.BadTLS {
				t.Fatalf("void: %d pending, %d calls, on the page %+v", s.Pending, len(w.Calls()), s.OnPage)
			}
			e.Pass(10 * time.Minute)
			e.Do(enginetest.Person("alice"), "INC-1", incident.Resolve{Summary: "site B serves"})
			tell(e, "A3", "It is resolved.")
			e.Pass(time.Minute)
			s := e.State("INC-1")
			if s.Pending != 0 || s.Failed != 0 || s.OnPage == nil || s.OnPage.Status != "resolved" {
				t.Errorf("%d pending, %d given up, on the page %+v", s.Pending, s.Failed, s.OnPage)
			}
			all := w.Incidents()
			want := []string{"investigating: Card payments fail.", "identified: We are moving them to another site.", "resolved: It is resolved."}
			if len(all) != 1 || !slices.Equal(all[0].Updates, want) || w.Stands(portal) != "operational" {
				t.Errorf("the page shows %+v, and the portal is %s", all, w.Stands(portal))
			}
		})
	}
}

func TestWhereEveryFirstAnswerIsLostCustomersReadEachTextOnce(t *testing.T) {
	e, w := inPage(t)
	w.fail(t)(standin.LostReply, 2) // the look, then the text
	tell(e, "A1", "Card payments fail.")
	e.Pass(time.Minute)
	w.fail(t)(standin.LostReply, 1)
	tell(e, "A2", "We know why.")
	e.Pass(time.Minute)
	if all := w.Incidents(); len(all) != 1 || len(all[0].Updates) != 2 {
		t.Errorf("the page shows %+v", all)
	}
}

func TestAProcessThatDiesBeforeItKnowsLooksFirst(t *testing.T) {
	e, w := inPage(t)
	w.fail(t)(standin.LostReply, 2)
	tell(e, "A1", "Card payments fail.")
	e.Settle()
	e.Restart()
	w.Heal()
	e.Pass(time.Minute)
	if all := w.Incidents(); len(all) != 1 || len(all[0].Updates) != 1 || e.State("INC-1").OnPage == nil {
		t.Errorf("the page shows %+v", all)
	}
}

func TestTheIncidentIsFoundWhateverIsCorrectedOfIt(t *testing.T) {
	e, w := inPage(t)
	w.fail(t)(standin.LostReply, 2)
	tell(e, "A1", "Card payments fail.")
	e.Settle()
	w.Heal()
	alice := enginetest.Person("alice")
	e.Do(alice, "INC-1", incident.Retitle{Title: "another one"})
	for _, point := range []string{"t0", "td", "tc"} {
		e.Do(alice, "INC-1", incident.SetTime{Point: point, At: enginetest.Start.Add(-time.Hour), Because: "the log"})
	}
	e.Restart()
	e.Pass(time.Minute)
	if all := w.Incidents(); len(all) != 1 || len(all[0].Updates) != 1 || e.State("INC-1").Pending != 0 {
		t.Errorf("the page shows %+v", all)
	}
}

// What was resolved on the page and comes back is another incident to customers.
func TestWhatComesBackIsAnotherIncidentToCustomers(t *testing.T) {
	e, w := inPage(t)
	alice := enginetest.Person("alice", "commanders")
	tell(e, "A1", "Card payments fail.")
	e.Do(alice, "INC-1", incident.Resolve{Summary: "x"})
	tell(e, "A2", "It is resolved.")
	e.Pass(time.Minute)
	e.Do(alice, "INC-1", incident.Reopen{Because: "it is back"})
	tell(e, "A3", "Card payments fail again.")
	e.Pass(time.Minute)
	all := w.Incidents()
	if len(all) != 2 || len(all[0].Updates) != 2 || all[0].Status != "resolved" || all[1].Status != "investigating" {
		t.Errorf("the page shows %+v", all)
	}
}

func TestNothingOfAnIncidentButWhatWasApprovedLeavesByThePage(t *testing.T) {
	e, w := inPage(t)
	tell(e, "A1", "Card payments fail.")
	e.Pass(time.Minute)
	for _, c := range w.Calls() {
		for _, ours := range []string{"checkout failing", "INC-1", "payments-api", "hana", "lena", "#inc"} {
			if strings.Contains(c.Body+c.Path+c.Query, ours) {
				t.Errorf("%s %s says %q: %s", c.Method, c.Path, ours, c.Body)
			}
		}
	}
	if all := w.Incidents(); len(all) != 1 || all[0].Name != "Disruption of Customer portal" {
		t.Errorf("the page shows %+v", all)
	}
}
