package incident

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Follower is somebody who is told of an incident in digests.
type Follower struct {
	Person  string     `json:"person"`
	Since   time.Time  `json:"since"`
	Mail    bool       `json:"mail,omitempty"` // by mail, and not by direct message
	Told    *time.Time `json:"told,omitempty"` // when the last digest was asked for
	after   uint64     // entries after this one are news to them
	auditor bool
}

// Follow has a person told by direct message or mail what of importance happens:
// at most once in the time the terms give, and at once when it is over.
type Follow struct {
	Mail bool // by mail: the plan has an address
}

func (Follow) verb() string { return "follow" }

func (a Follow) decide(s State, c Context) Verdict {
	if !ruleSee.permits(s, c) {
		return deny(s, c, a, ruleSee)
	}
	if _, follows := s.follower(c.Actor.ID); follows {
		return refuse(fault.NotOpen, "`/incident unfollow` ends it.", "%s follows %s already.", at(c.Actor.ID), s.ID)
	}
	return accept(ruleAnyone, &FollowStarted{Person: c.Actor.ID, Auditor: c.Actor.In("auditors"), Mail: a.Mail})
}

// Unfollow ends that.
type Unfollow struct{}

func (Unfollow) verb() string { return "unfollow" }

func (a Unfollow) decide(s State, c Context) Verdict {
	if _, follows := s.follower(c.Actor.ID); !follows {
		return refuse(fault.NotOpen, "`/incident follow` begins it.", "%s does not follow %s.", at(c.Actor.ID), s.ID)
	}
	return accept(ruleAnyone, &FollowEnded{Person: c.Actor.ID}).and(s.untold("unfollowed", func(f Follower) bool { return f.Person == c.Actor.ID })...)
}

// untold abandons the digests that wait to be sent to some followers.
func (s State) untold(why string, to func(Follower) bool) []journal.Fact {
	var facts []journal.Fact
	for _, t := range s.Outbox.Open() {
		if isDigest(t.Effect) && slices.ContainsFunc(s.Followers, func(f Follower) bool { return at(f.Person) == t.To && to(f) }) {
			facts = append(facts, &journal.Abandoned{Type: t.Type, Key: t.Key, Reason: why})
		}
	}
	return facts
}

// SendDigest tells one follower what has happened. A timer decides it.
type SendDigest struct{ Person string }

func (SendDigest) verb() string { return "digest" }

func (a SendDigest) decide(s State, c Context) Verdict {
	f, follows := s.follower(a.Person)
	due, wanted := s.digestDue(f)
	if !c.bot() || !follows || !wanted || c.Now.Before(due) {
		return Verdict{Rule: ruleEngine.name}
	}
	told := s.digest(f)
	if n := late(c.Now, due); n > 0 {
		told.Text = fmt.Sprintf("late by %d min", n)
	}
	return accept(ruleEngine, told)
}

// digestDue says when a follower is told next: not before the time between two
// digests is over, and not while the last one waits for chat to come back.
func (s State) digestDue(f Follower) (due time.Time, wanted bool) {
	i := slices.IndexFunc(s.news, func(e journal.Entry) bool { return e.Seq > f.after })
	if i < 0 || !s.shownTo(f) || s.digestWaits(f) {
		return time.Time{}, false
	}
	due = f.Since
	if f.Told != nil {
		due = *f.Told
	}
	due = due.Add(s.DigestEvery())
	if first := s.news[i].Recorded; first.After(due) {
		due = first
	}
	return due, true
}

// DigestEvery is the least time between two digests to one follower.
func (s State) DigestEvery() time.Duration {
	if s.Terms.Digest == 0 {
		return 30 * time.Minute
	}
	return time.Duration(s.Terms.Digest)
}

// shownTo keeps a private incident from followers who are not in it.
func (s State) shownTo(f Follower) bool { return !s.Private || f.auditor || s.Involves(f.Person) }

func (s State) digestWaits(f Follower) bool {
	return slices.ContainsFunc(s.Outbox.Open(), func(t journal.Tracked) bool { return isDigest(t.Effect) && t.To == at(f.Person) })
}

// digest asks for one digest. Its subject is the entry that it starts behind;
// it ends before its own. What is private is not written to an address, which
// more people may read.
func (s State) digest(f Follower) *journal.Requested {
	if f.Mail && !s.Private {
		return s.write(at(f.Person), digestTemplate, strconv.FormatUint(f.after, 10))
	}
	return s.tell(f.Person, digestTemplate, strconv.FormatUint(f.after, 10))
}

// digests tells every follower at once, as an end does.
func (s State) digests() []*journal.Requested {
	var all []*journal.Requested
	for _, f := range s.Followers {
		if s.shownTo(f) {
			all = append(all, s.digest(f))
		}
	}
	return all
}

const digestTemplate = "digest"

func isDigest(e journal.Effect) bool {
	return (e.Type == journal.DM || e.Type == journal.Mail) && e.Template == digestTemplate
}

func (s State) follower(person string) (Follower, bool) {
	i := slices.IndexFunc(s.Followers, func(f Follower) bool { return f.Person == person })
	if i < 0 {
		return Follower{}, false
	}
	return s.Followers[i], true
}

// News returns the entries that a follower is told of between two others.
func (s State) News(after, before uint64) []journal.Entry {
	var news []journal.Entry
	for _, e := range s.news {
		if e.Seq > after && e.Seq < before {
			news = append(news, e)
		}
	}
	return news
}

// isNews: what changes the course of the incident, or who leads it.
func isNews(f journal.Fact) bool {
	switch f := f.(type) {
	case *SeveritySet, *PhaseSet, *DecisionMade, *UpdateSent, *Resolved, *Reopened, *Closed, *Merged, *Absorbed, *CommandAccepted, *PlanAdopted:
		return true
	case *RoleTaken:
		return f.Role == Commander
	case *RoleDropped:
		return f.Role == Commander
	}
	return false
}
