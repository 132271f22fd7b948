package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/plan/git"
	"holdfast/readiness"
)

// branches is a repository in which one file is there to be changed.
type branches struct {
	*testing.T
	text string
	made []git.Proposal
	now  string // what the file would be
	err  error
}

func (b *branches) propose(_ context.Context, p git.Proposal) (branch, commit string, err error) {
	b.Helper()
	if b.err != nil {
		return "", "", b.err
	}
	edit := p.Edits["services/crm.yaml"]
	if edit == nil || len(p.Edits) != 1 || len(p.Files) > 0 {
		b.Fatalf("it changes %v and %v", p.Edits, p.Files)
	}
	text, err := edit([]byte(b.text))
	if err != nil {
		return "", "", err
	}
	b.made, b.now = append(b.made, p), string(text)
	return "holdfast/" + p.Name, "abc", nil
}

func decided() readiness.State {
	var s readiness.State
	for i, f := range []journal.Fact{
		&readiness.DisputeOpened{ID: "D-1", Service: "crm", IT: readiness.Side{Standard: readiness.Standard{Tier: 3, RTO: journal.Dur(24 * time.Hour)}},
			Business: readiness.Side{Standard: readiness.Standard{Tier: 2, RTO: journal.Dur(4 * time.Hour)}, By: "sally"}},
		&readiness.DisputeDecided{ID: "D-1", Service: "crm", Standard: readiness.Standard{Tier: 2, RTO: journal.Dur(8 * time.Hour)}},
	} {
		s = s.Apply(journal.Entry{Journal: readiness.Journal, Seq: uint64(i + 1), Fact: f, Meta: journal.Meta{Actor: "coo", Because: "paper works for a day"}})
	}
	return s
}

func attempt(key string) journal.Attempt {
	return journal.Attempt{Asked: time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC),
		Effect: journal.Effect{Key: key, Type: journal.Propose, To: "plan", Subject: "crm", Text: "T2/8h", People: []string{"coo"}}}
}

func TestADecisionBecomesABranchByWhoHasDecided(t *testing.T) {
	p := plan.Empty()
	p.People = []plan.Person{{ID: "coo", Name: "Cora Ode", Mail: "cora@example.com"}}
	b := &branches{T: t, text: "id: crm\ntier: 3\nrto: 24h # since the audit\n"}
	does := proposing{b.propose, func() *plan.Plan { return p }}
	for range 2 { // a try whose answer was lost is the same proposal
		ref, err := does.Perform(t.Context(), decided(), attempt("readiness/proposal:D-1@slack"))
		if err != nil || ref != "holdfast/rating-d-1" {
			t.Fatalf("%q, %v", ref, err)
		}
	}
	if b.now != "id: crm\ntier: 2\nrto: 8h # since the audit\n" {
		t.Errorf("the file becomes %q", b.now)
	}
	made := b.made[0]
	if made.Author != "Cora Ode" || made.Mail != "cora@example.com" || !made.At.Equal(b.made[1].At) || made.Message != b.made[1].Message {
		t.Errorf("proposed: %+v and %+v", made, b.made[1])
	}
	if want := "Rate crm T2/8h\n\nDecided in D-1 between IT's T3/24h and the business's T2/4h: paper works for a day"; made.Message != want {
		t.Errorf("the message is %q", made.Message)
	}
}

func TestWhomThePlanKnowsNoAddressOfIsAnAuthorAllTheSame(t *testing.T) {
	b := &branches{T: t, text: "tier: 3\nrto: 24h\n"}
	long := "readiness/proposal:review:" + strings.Repeat("payments-", 10) + ":sha256:0123456789ab"
	ref, err := proposing{b.propose, plan.Empty}.Perform(t.Context(), readiness.State{}, attempt(long))
	if err != nil || len(ref) > len("holdfast/")+60 || strings.HasSuffix(ref, "-") {
		t.Errorf("%q, %v", ref, err)
	}
	if got := b.made[0]; got.Author != "coo" || got.Mail != "coo@people.invalid" {
		t.Errorf("by %s <%s>", got.Author, got.Mail)
	}
}

func TestTwoReviewsUnderOneCommitAreTwoBranches(t *testing.T) {
	review := "readiness/proposal:review:payments-api:0123456789abcdef0123456789abcdef01234567"
	one, two := branchOf(review+"@slack"), branchOf(review+"-57@slack")
	if one == two || len(one) > 60 || len(two) > 60 {
		t.Errorf("%s and %s", one, two)
	}
}

func TestTheTenthDisputeIsNotTakenForTheFirst(t *testing.T) {
	s := decided()
	for i, f := range []journal.Fact{
		&readiness.DisputeOpened{ID: "D-10", Service: "crm", Business: readiness.Side{By: "sally"}},
		&readiness.DisputeDecided{ID: "D-10", Service: "crm", Standard: readiness.Standard{Tier: 2, RTO: journal.Dur(8 * time.Hour)}},
	} {
		s = s.Apply(journal.Entry{Journal: readiness.Journal, Seq: uint64(i + 3), Fact: f, Meta: journal.Meta{Actor: "coo", Because: "the till is new"}})
	}
	a := attempt("readiness/proposal:D-10@slack")
	if got := messageOf(s, a, readiness.Standard{Tier: 2, RTO: journal.Dur(8 * time.Hour)}); !strings.Contains(got, "Decided in D-10 ") || !strings.Contains(got, "the till is new") {
		t.Errorf("the message is %q", got)
	}
}

func TestWhatCannotBeChangedIsLeftToPeople(t *testing.T) {
	b := &branches{T: t, text: "{tier: 3, rto: 24h}\n"}
	if _, err := (proposing{b.propose, plan.Empty}).Perform(t.Context(), readiness.State{}, attempt("readiness/proposal:D-1")); !fault.From(err).Permanent {
		t.Errorf("it is tried again: %v", err)
	}
	b.err = errors.New("connection refused")
	if _, err := (proposing{b.propose, plan.Empty}).Perform(t.Context(), readiness.State{}, attempt("readiness/proposal:D-1")); err == nil || fault.From(err).Permanent {
		t.Errorf("it is given up: %v", err)
	}
}
