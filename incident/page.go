package incident

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// PagePeople calls somebody.
type PagePeople struct {
	To  Target // known to the plan
	Why string
}

func (PagePeople) verb() string { return "page" }

func (a PagePeople) decide(s State, c Context) Verdict {
	if err := textWithin("reason", a.Why, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	return accept(ruleAnyone, s.call(a.To, s.ID+" SEV"+strconv.Itoa(s.Severity)+": "+a.Why))
}

// AcknowledgePage says that somebody is on it.
type AcknowledgePage struct {
	Page string // PG-1, an effect's key, or empty when one page waits
}

func (AcknowledgePage) verb() string { return "page ack" }

func (a AcknowledgePage) decide(s State, c Context) Verdict {
	var open []Page
	for _, p := range s.Pages {
		named := a.Page == "" || strings.EqualFold(p.ID, a.Page) || p.Effect == a.Page
		if named && p.Acknowledged != "" && a.Page != "" {
			return refuse(fault.NotOpen, "", "already done by %s.", p.AcknowledgedBy())
		}
		if named && p.Acknowledged == "" && p.Outcome != journal.NoLonger {
			open = append(open, p)
		}
	}
	switch {
	case len(open) == 0 && a.Page != "":
		return refuse(fault.UnknownID, "`/incident status` lists the pages.", "%s has no page %q.", s.ID, a.Page)
	case len(open) == 0:
		return refuse(fault.NotOpen, "", "No page waits for an answer.")
	}
	v := accept(ruleAnyone)
	for _, p := range open {
		v = v.and(&PageAcknowledged{Key: p.Effect, Page: p.ID, Person: c.Actor.ID})
	}
	return v
}

// ConfirmMissing starts the fallback ladder of a page the pager has not
// accepted in time, or has accepted and does not know, once. The tries go on.
type ConfirmMissing struct {
	Key  string
	Lost bool   // the pager has looked for it; else a timer decides
	Why  string // what came of the last try; empty when that is not known
}

func (ConfirmMissing) verb() string { return "page unconfirmed" }

func (a ConfirmMissing) decide(s State, c Context) Verdict {
	i := slices.IndexFunc(s.Pages, func(p Page) bool { return p.Effect == a.Key })
	if !c.bot() || i < 0 || s.Pages[i].Unconfirmed || (s.Pages[i].Outcome == journal.Done) != a.Lost {
		return Verdict{Rule: ruleEngine.name}
	}
	p := s.Pages[i]
	due := p.Asked.Add(s.pageConfirm())
	if a.Lost && (p.Acknowledged != "" || c.Now.Before(s.missedFrom(p))) {
		return Verdict{Rule: ruleEngine.name}
	}
	told := []*journal.Requested{s.post("paging-unconfirmed", a.Key)}
	t, _ := s.Outbox.Get(a.Key)
	for _, person := range t.People {
		told = append(told, s.tell(person, "paging-unconfirmed", a.Key))
	}
	for _, person := range t.Mail {
		told = append(told, s.write(at(person), "paging-unconfirmed", a.Key))
	}
	v := accept(ruleEngine, &PageUnconfirmed{Key: a.Key, To: p.To, Late: late(c.Now, due), Lost: a.Lost})
	for _, post := range told {
		post.Text = a.Why
		v = v.and(post)
	}
	return v
}

// missedFrom is from when on a page is missed that the pager has accepted and
// does not know: an event takes a while to become a call.
func (s State) missedFrom(p Page) time.Time {
	t, _ := s.Outbox.Get(p.Effect)
	return t.Ended.Add(max(s.pageConfirm(), time.Minute))
}
