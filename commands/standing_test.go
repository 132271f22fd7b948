package commands_test

import (
	"testing"

	"holdfast/bot"
	"holdfast/internal/fault"
)

// inSlack are the standing groups that people are in by a platform's word.
type inSlack map[string]string

func (s inSlack) StandingOf(person string) []bot.Membership {
	if group := s[person]; group != "" {
		return []bot.Membership{{Group: group, By: "the user group S0123ABCD of Slack"}}
	}
	return nil
}

func (s inSlack) Staffed(string) bool { return len(s) > 0 }

func TestWhoIsInAUserGroupMayWhatItsStandingGroupMay(t *testing.T) {
	d := declared(t)
	d.refused(fault.Role, "sam", war, "role claim commander")
	d.bot.Standing = inSlack{"sam": "commanders", "vera": "commanders", "u0mallory1": "commanders"}
	d.ok("sam", ops, "whoami").says("commanders (by the user group S0123ABCD of Slack)", "responders")
	d.ok("bob", ops, "whoami").says("commanders")
	d.refused(fault.Role, "vera", war, "role claim commander")
	d.refused(fault.Role, "u0mallory1", war, "role claim commander")
	d.ok("alice", war, "role deputy @sam") // an offer is judged by them too
	d.ok("sam", war, "role claim commander")
	d.bot.Standing = inSlack{}
	d.refused(fault.Role, "sam", war, "role claim deputy")
}
