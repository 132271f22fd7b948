package plan

import (
	"fmt"
	"time"
)

// Setting describes one tunable default.
type Setting struct {
	Key     string // dotted
	Default string // as written in policy.yaml; empty means none
	Expects string // what a value looks like, as the end of "Write ..."
	Doc     string // one sentence
}

// A boundSetting is a Setting together with the field it sets.
type boundSetting struct {
	Setting
	value value
}

// settings is the one table of policy. A new setting is one row here and one
// field in Policy.
func (p *Policy) settings() []boundSetting {
	var all []boundSetting
	add := func(key, def string, v value, doc string) {
		all = append(all, boundSetting{Setting{key, def, v.expects(), doc}, v})
	}
	add("zone", "UTC", zone{&p.Zone}, "The zone in which wall-clock times are read and shown.")

	for _, c := range []struct {
		audience, who string
		every         [4]string
	}{
		{"team", "the team", [4]string{"30m", "60m", "4h", "none"}},
		{"exec", "executives", [4]string{"30m", "60m", "none", "none"}},
		{"customer", "customers, about services that the status page shows,", [4]string{"20m", "60m", "none", "none"}},
	} {
		for sev, every := range c.every {
			add(fmt.Sprintf("cadence.%s.sev%d", c.audience, sev+1), every, cadence{&p.Cadence, c.audience, sev},
				fmt.Sprintf("The time between updates for %s at SEV%d.", c.who, sev+1))
		}
	}
	add("cadence.customer.lasting", "2h", length{&p.CustomerLasting}, "How long an incident lasts before customers are told less often.")
	add("cadence.customer.later", "60m", length{&p.CustomerLater}, "The time between updates for customers from then on, where it is longer than before.")
	add("cadence.reminder", "5m", length{&p.CadenceReminder}, "How long before an update is due its sender is reminded.")
	add("cadence.missed", "5m", length{&p.CadenceMissed}, "How long after it was due an update is flagged as missed.")

	add("command.unclaimed.remind", "5m", length{&p.CommandRemind}, "How long nobody has claimed command before the room is reminded.")
	add("command.unclaimed.red", "15m", length{&p.CommandRed}, "How long nobody has claimed command before the headline turns red.")
	add("command.silent", "30m", length{&p.CommandSilent}, "How long the commander may record nothing before a reminder.")
	add("command.silent.severity", "2", severity{&p.CommandSilentSeverity}, "Incidents from SEV1 up to this severity get that reminder.")
	add("offer.expiry", "5m", length{&p.OfferExpiry}, "How long an offered role waits for an answer.")
	add("join.window", "60s", length{&p.JoinWindow}, "Within this time a second declaration for the same service joins the first.")
	add("repeat.window", "30s", length{&p.RepeatWindow}, "Within this time an identical command needs the word `again`.")

	add("approval.expiry", "30m", length{&p.ApprovalExpiry}, "How long a text for customers waits for a second person's word.")
	add("statuspage.components", "", components{&p.StatusComponents}, "The services that the status page shows, each with the id of its component there; none means that customers are owed no updates.")

	add("page.severity", "2", severity{&p.PageSeverity}, "Declaring SEV1 up to this severity pages the teams of the affected services.")
	add("page.command", "", target{&p.PageCommand}, "Whom such a declaration also pages for command.")
	add("page.command.escalate", "", target{&p.PageEscalate}, "Whom to page when command is still unclaimed at the reminder.")
	add("page.confirm", "15s", length{&p.PageConfirm}, "How long a page may stay unconfirmed before PAGING NOT CONFIRMED is shown.")
	add("page.fallback", "", people{&p.PageFallback}, "Who is told in chat when a page is not confirmed; none means the paged team.")
	add("page.fallback.mail", "no", yes{&p.PageMail}, "Whether they are told by mail as well, those whose `mail` the plan has.")
	add("page.notes", "none", oneOf{&p.PageNotes, []string{"decisions", "updates", "all"}}, "Of what the pager's incidents are told, where the pager keeps notes as PagerDuty does: decisions, as notes; updates to executives, as status updates for who follows there; or all of them.")
	add("follow.digest", "30m", length{&p.FollowDigest}, "How long a follower waits at least between two digests; an end is told at once.")
	add("effect.stuck", "15m", length{&p.EffectStuck}, "How long something may be pending before people are asked to do it by hand.")
	add("chat.gap", "1m", length{&p.ChatGap}, "How long a message may wait for chat before it counts as late: of what says how things stand only the newest is then said, and a digest closes the gap.")
	add("effect.deadline", "24h", length{&p.EffectDeadline}, "How long something is tried before it is given up.")

	add("ticket.project", "", project{&p.TicketProject}, "The tracker's project for tickets; none means that no tickets are opened.")
	add("ticket.severity", "3", severity{&p.TicketSeverity}, "Declaring SEV1 up to this severity opens a ticket.")
	add("ticket.tasks", "no", yes{&p.TicketTasks}, "Whether each task of an incident that has a ticket gets one below it.")
	add("ticket.link", "no", yes{&p.TicketLink}, "Whether the incident's ticket is tied to the incident.")
	add("ticket.comments", "none", oneOf{&p.TicketComments, []string{"decisions", "updates", "all"}}, "Of what tickets are told by comments, besides how the incident ends: decisions, updates to the team, or all of them.")
	for _, c := range [][2]string{{"done", "a task is done"}, {"blocked", "a task is blocked"}, {"resolved", "the incident is resolved"}, {"closed", "the incident is closed"}, {"reopened", "the incident is opened again"}} {
		add("ticket.move."+c[0], "none", transition{&p.TicketMoves, c[0]}, "The transition of the tracker's workflow that moves the ticket when "+c[1]+"; none leaves it where it is.")
	}
	add("rooms.exec", "", room{&p.RoomExec}, "Where updates for executives are posted; none means the incident's room.")
	add("mail.exec", "", readers{&p.MailExec}, "Who gets updates for executives by mail as well, where a mail server is configured: addresses, and people by @id whose `mail` the plan has; none means nobody.")
	add("rooms.announce", "", room{&p.RoomAnnounce}, "Where new incidents are announced; none means nowhere.")

	add("rooms.archive", "close", atClose{&p.RoomArchive}, "When an incident's room is archived, where the chat platform can: after everything is said in it that closing asks for.")

	for _, group := range Groups {
		add("groups."+group+".slack", "", userGroup{&p.SlackGroups, group}, "The user group of Slack whose people belong to "+group+" too.")
	}

	add("title.max", "200", count{&p.TitleMax, 20, 500}, "The longest title, in characters.")
	add("text.max", "10000", count{&p.TextMax, 200, 10000}, "The longest text of a command, in characters.")

	p.planSettings(add)
	return all
}

// Every returns the time between updates for an audience at a severity, zero
// when none is due.
func (p Policy) Every(audience string, sev int) time.Duration {
	if sev < 1 || sev > 4 {
		return 0
	}
	return p.Cadence[audience][sev-1]
}
