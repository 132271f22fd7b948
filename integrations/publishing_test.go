package integrations_test

import (
	"strings"
	"testing"

	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/rehearse/standin"
)

// approved is an incident of which customers have been told twice, and the
// attempt at the notice about an update.
func approved(update string, doubtful, drill bool) (incident.State, journal.Attempt) {
	m := journal.Meta{At: start, Recorded: start, Actor: "lena"}
	s := incident.State{}
	notice := func(id string) *journal.Requested {
		return &journal.Requested{Effect: journal.Effect{Key: "INC-1/statuspage:" + id, Type: journal.StatusPage, To: "investigating", Subject: id}}
	}
	for i, f := range []journal.Fact{
		&incident.Declared{Title: "san controller dead", Severity: 1, Acting: "alice", Drill: drill},
		&incident.UpdateSent{ID: "U1", Audience: incident.Customer, Text: "Cards fail.", By: "hana", Public: &incident.Public{Name: "Service disruption", Status: "investigating"}},
		notice("U1"),
		&incident.UpdateSent{ID: "U2", Audience: incident.Customer, Text: "Cards work.", By: "hana", Public: &incident.Public{Name: "Service disruption", Status: "monitoring"}},
		notice("U2"),
		&incident.UpdateSent{ID: "U3", Audience: incident.Team, Text: "The san is dead."},
	} {
		s = incident.Fold(s, journal.Entry{Journal: "INC-1", Seq: uint64(i + 1), Meta: m, Fact: f})
	}
	return s, journal.Attempt{Effect: notice(update).Effect, Doubtful: doubtful}
}

func publish(t *testing.T, p *standin.StatusPage, s incident.State, a journal.Attempt) (string, error) {
	t.Helper()
	return integrations.Publishing{Page: p}.Perform(t.Context(), s, a)
}

func TestWhatIsSaidAgainInDoubtIsSaidOnce(t *testing.T) {
	p := standin.NewStatusPage(clock.NewManual(start))
	for _, update := range []string{"U1", "U2"} {
		for range 3 { // of which two do not know of the first
			s, a := approved(update, true, false)
			if ref, err := publish(t, p, s, a); err != nil || ref != "SP-1" {
				t.Fatalf("%s: %q, %v", update, ref, err)
			}
		}
	}
	if all := p.Shown(); len(all) != 1 || len(all[0].Texts) != 2 || all[0].Status != "monitoring" {
		t.Errorf("the page shows %+v", all)
	}
}

func TestOnlyWhatWasApprovedForThePageIsPublished(t *testing.T) {
	for sentence, test := range map[string]struct {
		update string
		drill  bool
	}{"an update to the team": {"U3", false}, "an update that was not sent": {"U9", false}, "an exercise": {"U1", true}} {
		p := standin.NewStatusPage(clock.NewManual(start))
		s, a := approved(test.update, false, test.drill)
		if ref, err := publish(t, p, s, a); !fault.From(err).Permanent || len(p.Shown()) != 0 {
			t.Errorf("%s: %q, %v", sentence, ref, err)
		}
	}
}

func TestANoticeAboutWhatWasTakenOffThePageIsGivenUp(t *testing.T) {
	p := standin.NewStatusPage(clock.NewManual(start))
	s, a := approved("U1", false, false)
	ref, err := publish(t, p, s, a)
	if err != nil {
		t.Fatal(err)
	}
	s = incident.Fold(s, journal.Entry{Journal: "INC-1", Seq: s.Entries + 1, Fact: &journal.Settled{Type: journal.StatusPage, Key: a.Key, Ref: ref}})
	p.Delete(ref)
	_, second := approved("U2", false, false)
	if _, err := publish(t, p, s, second); err == nil || !fault.From(err).Permanent || !strings.Contains(err.Error(), `no incident "SP-1" any more`) {
		t.Errorf("got %v", err)
	}
}
