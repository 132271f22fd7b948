package templates

import "time"

// A timer that comes after its time, as after an outage, says by how many
// minutes. Under two minutes it is no news and the methods here give zero.

// ReminderLate says how late the reminder of an update is drawn.
func (v View) ReminderLate() int {
	u := v.Audience()
	if u.Due == nil || v.Incident.Terms.Remind == 0 {
		return 0
	}
	return v.late(u.Due.Add(-time.Duration(v.Incident.Terms.Remind)))
}

// UnclaimedLate says how late it is drawn that nobody has claimed command.
func (v View) UnclaimedLate() int {
	after := v.Incident.Terms.UnclaimedAfter
	if v.Subject == "red" {
		after = v.Incident.Terms.UnclaimedRed
	}
	if v.Incident.Unclaimed == nil || after == 0 {
		return 0
	}
	return v.late(v.Incident.Unclaimed.Add(time.Duration(after)))
}

// LastWord is when the person the message is about last did anything.
func (v View) LastWord() time.Time { return v.Incident.LastWord(v.Subject) }

// SilentLate says how late it is drawn that the commander is silent.
func (v View) SilentLate() int {
	if v.LastWord().IsZero() || v.Incident.Terms.SilentAfter == 0 {
		return 0
	}
	return v.late(v.LastWord().Add(time.Duration(v.Incident.Terms.SilentAfter)))
}

func (v View) late(due time.Time) int {
	if m := int(v.Now.Sub(due) / time.Minute); m >= 2 {
		return m
	}
	return 0
}
