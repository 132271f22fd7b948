package incident

import "time"

// NoteUnclaimed says that nobody has claimed command for too long: first as a
// reminder, then red. A timer decides it.
type NoteUnclaimed struct {
	Since time.Time
	Red   bool
}

func (NoteUnclaimed) verb() string { return "command unclaimed" }

func (a NoteUnclaimed) decide(s State, c Context) Verdict {
	if !c.bot() || s.Unclaimed == nil || !s.Unclaimed.Equal(a.Since) || s.firedAt(timerUnclaimed(a.Red), a.Since) {
		return Verdict{Rule: ruleEngine.name}
	}
	after := time.Duration(s.Terms.UnclaimedAfter)
	subject := "reminder"
	if a.Red {
		after, subject = time.Duration(s.Terms.UnclaimedRed), "red"
	}
	v := accept(ruleEngine, &CommandUnclaimed{Acting: s.Roles.Acting, Since: a.Since, Minutes: int(after / time.Minute), Red: a.Red, Late: late(c.Now, a.Since.Add(after))},
		s.post("unclaimed", subject))
	if !a.Red && s.Terms.Escalate != nil && s.Severity <= s.Terms.PageSeverity && !s.paged(s.Terms.Escalate.To) {
		v = v.and(s.call(*s.Terms.Escalate, s.ID+": command is unclaimed. "+s.PublicTitle()))
	}
	return v
}

// NoteSilence says that the commander has done nothing for too long. A timer
// decides it, once a silence.
type NoteSilence struct {
	Person string
	Since  time.Time
}

func (NoteSilence) verb() string { return "command silent" }

func (a NoteSilence) decide(s State, c Context) Verdict {
	if !c.bot() || s.Roles.Commander != a.Person || !s.LastWord(a.Person).Equal(a.Since) || s.firedAt(timerSilent, a.Since) {
		return Verdict{Rule: ruleEngine.name}
	}
	due := a.Since.Add(time.Duration(s.Terms.SilentAfter))
	v := accept(ruleEngine, &CommandSilent{Person: a.Person, Since: a.Since, Late: late(c.Now, due)},
		s.tell(a.Person, "silent", a.Person), s.post("silent", a.Person))
	if s.Roles.Deputy != "" {
		v = v.and(s.tell(s.Roles.Deputy, "silent", a.Person))
	}
	return v
}
