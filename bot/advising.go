package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/readiness"
	"holdfast/templates"
)

// Advising performs what the journal of ratings and reviews says to people: the
// cards of owners, what is to be decided, digests.
type Advising struct {
	Postings Postings
	Plan     func() *plan.Plan
}

// Perform sends one direct message on the platform that its key names.
func (p Advising) Perform(ctx context.Context, s readiness.State, a journal.Attempt) (ref string, err error) {
	if a.Type != journal.DM {
		return "", fmt.Errorf("advising cannot perform a %s", a.Type)
	}
	posting, err := p.Postings.of(a.Key, "")
	if err != nil {
		return "", err
	}
	t, _ := s.Outbox.Get(a.Key)
	return posting.send(ctx, a, journal.Ref(readiness.Journal, t.Seq), func() (templates.Message, error) { return p.draw(posting, s, a.Effect) })
}

func (p Advising) draw(posting *Posting, s readiness.State, e journal.Effect) (templates.Message, error) {
	ruled, now := p.Plan(), posting.Now()
	v := templates.View{Now: now, Subject: e.Subject, Text: e.Text, To: e.To}
	if zone, err := time.LoadLocation(ruled.Policy.Zone); err == nil {
		v.Zone = zone
	}
	d, disputed := s.Dispute(e.Subject)
	switch {
	case disputed:
		v.Answer = d
	case e.Template == readiness.DigestMessage:
		v.Answer = readiness.DigestOf(s, ruled, strings.TrimPrefix(e.To, "@"), now)
	default:
		v.Answer = readiness.CardOf(s, ruled, e.Subject, now)
	}
	body, err := posting.Templates().Render(e.Template, v)
	if err != nil {
		f := fault.Wrap(err, fault.Internal, "The message "+e.Template+" could not be written: "+firstLine(err), "Check the template.")
		f.Permanent = true
		return body, f
	}
	return body, nil
}
