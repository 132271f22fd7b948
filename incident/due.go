package incident

import (
	"slices"
	"time"

	"holdfast/journal"
)

// Timer is something that falls due by itself. Nothing is scheduled anywhere:
// the timers are a function of the state.
type Timer struct {
	Name   string // unique with At in its journal; part of the command id
	At     time.Time
	Action Action
}

// Due returns what is due at now, earliest first, and the instant at which the
// next timer falls due; the zero time when there is none.
func Due(s State, now time.Time) (due []Timer, next time.Time) {
	for _, t := range timers(s) {
		switch {
		case !t.At.After(now):
			due = append(due, t)
		case next.IsZero() || t.At.Before(next):
			next = t.At
		}
	}
	slices.SortStableFunc(due, func(a, b Timer) int { return a.At.Compare(b.At) })
	return due, next
}

func timers(s State) []Timer {
	if s.newer != "" || s.Entries == 0 {
		return nil
	}
	all := effectTimers(s)
	if s.Phase == PhaseClosed {
		return all
	}
	for _, o := range s.Offers {
		all = append(all, Timer{"offer:" + o.Role + ":" + o.To, o.Expires, Lapse{o.Role, o.To}})
	}
	for _, p := range s.Approvals {
		if p.State == Waiting {
			all = append(all, Timer{"approval:" + p.ID, p.Expires, ExpireApproval{p.ID}})
		}
	}
	for _, f := range s.Followers {
		if due, wanted := s.digestDue(f); wanted {
			all = append(all, Timer{"digest:" + f.Person, due, SendDigest{f.Person}})
		}
	}
	for _, t := range s.Tasks {
		if t.Due != nil && t.State != "done" && !s.firedFor(timerTask(t.ID)) {
			all = append(all, Timer{timerTask(t.ID), *t.Due, OverdueTask{t.ID}})
		}
	}
	if s.Phase == PhaseResolved {
		return all
	}
	all = append(all, updateTimers(s)...)
	return append(all, commandTimers(s)...)
}

func effectTimers(s State) []Timer {
	var all []Timer
	for _, p := range s.Pages {
		if (p.Outcome == journal.Pending || p.Outcome == journal.Dead) && !p.Unconfirmed && s.Open() {
			all = append(all, Timer{"unconfirmed:" + p.Effect, p.Asked.Add(s.pageConfirm()), ConfirmMissing{Key: p.Effect}})
		}
	}
	for _, t := range s.Outbox.Open() {
		if after := time.Duration(s.Terms.Stuck); after > 0 && s.reportable(t) && !s.announcedStuck(t.Key) {
			all = append(all, Timer{"stuck:" + t.Key, t.Asked.Add(after), Stuck{Key: t.Key}})
		}
		if limit := time.Duration(s.Terms.Deadline); limit > 0 && !journal.Own(t.Type) {
			all = append(all, Timer{"deadline:" + t.Key, t.Asked.Add(limit), Fail{t.Key, "not done within " + Dur(limit).String()}})
		}
	}
	return all
}

func (s State) pageConfirm() time.Duration {
	if s.Terms.PageConfirm == 0 {
		return 15 * time.Second
	}
	return time.Duration(s.Terms.PageConfirm)
}

// updateTimers: a reminder before each due time, a flag after it. When both
// have passed unseen, as after an outage, only the flag is raised.
func updateTimers(s State) []Timer {
	var all []Timer
	for _, audience := range Audiences {
		u := s.Updates[audience]
		if u.Due == nil {
			continue
		}
		miss := u.Due.Add(time.Duration(s.Terms.Grace))
		all = append(all, Timer{"missed:" + audience, miss, MissUpdate{audience, *u.Due}})
		remind := u.Due.Add(-time.Duration(s.Terms.Remind))
		fresh := u.Last == nil || remind.After(*u.Last)
		if s.Terms.Remind > 0 && fresh && !s.firedAt(timerUpdate(audience), *u.Due) {
			all = append(all, Timer{timerUpdate(audience), remind, RemindUpdate{audience, *u.Due}})
		}
	}
	return all
}

func commandTimers(s State) []Timer {
	var all []Timer
	if s.Unclaimed != nil {
		for _, red := range []bool{false, true} {
			after := time.Duration(s.Terms.UnclaimedAfter)
			if red {
				after = time.Duration(s.Terms.UnclaimedRed)
			}
			if name := timerUnclaimed(red); after > 0 && !s.firedAt(name, *s.Unclaimed) {
				all = append(all, Timer{name, s.Unclaimed.Add(after), NoteUnclaimed{*s.Unclaimed, red}})
			}
		}
	}
	if after := time.Duration(s.Terms.SilentAfter); after > 0 && s.Roles.Commander != "" && s.Severity <= s.Terms.SilentSeverity {
		last := s.LastWord(s.Roles.Commander)
		if !last.IsZero() && !s.firedAt(timerSilent, last) {
			all = append(all, Timer{timerSilent, last.Add(after), NoteSilence{s.Roles.Commander, last}})
		}
	}
	return all
}

// LastWord returns when a person last did anything here; zero for never.
func (s State) LastWord(person string) time.Time {
	var last time.Time
	for _, x := range s.seen {
		if x.person == person && x.at.After(last) {
			last = x.at
		}
	}
	return last
}

// The names under which timers remember for which instant they have fired.
const timerSilent = "silent"

func timerUnclaimed(red bool) string {
	if red {
		return "unclaimed-red"
	}
	return "unclaimed"
}

func timerUpdate(audience string) string { return "remind:" + audience }

func timerTask(id string) string { return "task:" + id }

func (s State) firedAt(timer string, due time.Time) bool {
	t, ok := s.reminders[timer]
	return ok && t.Equal(due)
}

func (s State) firedFor(timer string) bool {
	_, ok := s.reminders[timer]
	return ok
}
