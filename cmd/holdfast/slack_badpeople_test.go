package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	standin "holdfast/rehearse/standin/slack"
)

func TestWhoDoesNotBelongChangesNothingAndIsToldSo(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	s.slack.AddUser("visitor", standin.User{Guest: true})
	s.slack.AddUser("robot", standin.User{Bot: true})
	s.slack.AddUser("partner", standin.User{Stranger: true})
	entries := len(s.entriesOf("INC-1"))
	for _, who := range []string{"visitor", "robot", "partner"} {
		for _, text := range []string{`note "x"`, "role claim commander", `declare "y" sev:1`, `severity 1 because "z"`} {
			s.slash(who, checkout, text, "E_ROLE")
		}
		headline := s.shows(checkout, "INC-1 SEV3 checkout failing")
		if status, body := s.send(s.slack.Press(who, checkout, headline.TS, action(t, headline, "Claim command"))); status != http.StatusOK || body != "" {
			t.Errorf("@%s: %d %s", who, status, body)
		}
	}
	// In a shared channel the workspace that is named is the other's.
	press := func() *http.Request {
		m := s.shows(checkout, "INC-1 SEV3 checkout failing")
		return s.changed(s.slack.Press("partner", checkout, m.TS, action(t, m, "Claim command")), func(all map[string]any) {
			all["team"] = map[string]any{"id": "T0ELSEWHERE"}
			all["user"].(map[string]any)["team_id"] = "T0ELSEWHERE"
		})
	}
	s.send(press())
	s.send(s.changed(s.slack.Mention("partner", checkout, `note "from afar"`), func(all map[string]any) { all["team_id"] = "T0ELSEWHERE" }))
	eventually(t, func() bool {
		for _, who := range []string{"visitor", "partner"} {
			if len(s.slack.Ephemerals(who))+len(s.slack.DMs(who)) == 0 {
				return false
			}
		}
		return true
	})
	s.slash("alice", checkout, "status", "INC-1 SEV3")
	if got := len(s.entriesOf("INC-1")); got != entries+entriesLike(s, "denied") {
		t.Errorf("%d entries, were %d", got, entries)
	}
	if state := s.as("judy").state("INC-1"); len(state.Notes) > 0 || state.Severity != 3 || state.Roles.Commander != "" {
		t.Errorf("it is %+v", state)
	}
	if strings.Contains(strings.Join(texts(s.slack.Messages(checkout)), "\n"), "from afar") && len(s.slack.Messages(checkout)) == 0 {
		t.Error("it is repeated")
	}
}

// entriesLike counts the entries of INC-1 whose kind ends so.
func entriesLike(s *slackSite, kind string) (n int) {
	for _, e := range s.entriesOf("INC-1") {
		if strings.Contains(e.Fact.Kind(), kind) {
			n++
		}
	}
	return n
}

func texts(all []standin.Message) (out []string) {
	for _, m := range all {
		out = append(out, m.Text)
	}
	return out
}

func TestWhoHasLeftKeepsNobodyElseFromTheirRoom(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	for _, who := range []string{"erin", "bob"} {
		s.slack.AddUser(who, standin.User{Deleted: true})
	}
	s.slash("alice", "ops", `declare "checkout failing" sev:1 service:payments-api`, "INC-1#1")
	eventually(t, func() bool {
		c, _ := s.slack.Channel(checkout)
		return len(c.Members) >= 3
	})
	s.shows(checkout, "INC-1 SEV1 checkout failing")
	s.slash("alice", checkout, "role claim commander", "INC-1#")
	s.slash("alice", checkout, "role comms @bob", "INC-1#")   // a DM
	s.slash("alice", checkout, `task add "x" @bob`, "INC-1#") // a mention
	s.as("judy").done("INC-1")
	s.slash("alice", checkout, "status", "INC-1")
}

func TestARoomThatIsRenamedStaysItsIncidents(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	s.send(s.slack.Renamed(checkout, "cards-war-room"))
	s.slash("alice", "cards-war-room", "role claim commander", "INC-1#")
	s.slash("alice", "cards-war-room", `decide "fail over" because "lag"`, "INC-1#")
	s.shows("cards-war-room", "D1 fail over")
	eventually(t, func() bool {
		c, _ := s.slack.Channel("cards-war-room")
		return strings.Contains(c.Topic, "commander @alice")
	})
	s.slash("bob", "ops", `note "from elsewhere" #INC-1`, "INC-1#")
	m := s.slack.Said("bob", "cards-war-room", "the queue is growing")
	s.send(m)
	talk := s.shows("cards-war-room", "the queue is growing")
	s.send(s.slack.React("carol", "pushpin", "cards-war-room", talk.TS))
	eventually(t, func() bool { return len(s.as("judy").state("INC-1").Notes) == 2 })
	s.as("judy").done("INC-1")
}

func TestARoomThatIsDeletedIsSaidAndTheIncidentGoesOn(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	s.slash("alice", checkout, "role claim commander", "INC-1#")
	s.as("judy").done("INC-1")
	s.send(s.slack.Removed(checkout))
	s.slash("alice", "ops", `decide "fail over" because "lag" #INC-1`, "INC-1#")
	s.slash("alice", "ops", `severity 2 because "worse" #INC-1`, "INC-1#")
	s.slash("alice", "ops", `role comms @bob #INC-1`, "INC-1#")
	s.as("judy").done("INC-1")
	told := 0
	for _, m := range s.slack.DMs("alice") {
		if strings.Contains(m.Text, "GIVEN UP") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("who is in command was told %d times that the room takes nothing, want once", told)
	}
	// People make it again: what comes then is said there.
	s.slack.AddChannel(checkout, standin.Channel{Members: []string{s.slack.Bot(), "alice"}})
	s.slash("alice", checkout, `decide "stop the batch jobs" because "locks"`, "INC-1#")
	s.shows(checkout, "D2 stop the batch jobs")
	s.as("judy").done("INC-1")
}

func TestARoomThatIsArchivedByHandIsSaidAndComesBack(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	s.slash("alice", checkout, "role claim commander", "INC-1#")
	s.as("judy").done("INC-1")
	c, _ := s.slack.Channel(checkout)
	c.Archived, c.Members = true, slices.DeleteFunc(c.Members, func(m string) bool { return m == s.slack.Bot() })
	s.slack.AddChannel(checkout, c)
	s.slash("alice", "ops", `decide "fail over" because "lag" #INC-1`, "INC-1#")
	c.Archived, c.Members = false, append(c.Members, s.slack.Bot())
	s.slack.AddChannel(checkout, c)
	s.shows(checkout, "D1 fail over")
	s.as("judy").done("INC-1")
}

func TestOneDeliveryIsOneEntryHoweverOftenItComes(t *testing.T) {
	t.Parallel()
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	first := s.slack.Slash("alice", checkout, "/incident", `note "once"`)
	again := s.slack.Again(first, 1, "http_timeout")
	for _, r := range []*http.Request{first, again} {
		if status, body := s.send(r); status != http.StatusOK && status != http.StatusUnauthorized {
			t.Errorf("%d %s", status, body)
		}
	}
	// The same key with other words: the first words count.
	other := s.changed(s.slack.Mention("bob", checkout, `note "said"`), func(all map[string]any) { all["event_id"] = "Ev0TWICE" })
	s.send(other)
	s.send(s.changed(s.slack.Mention("bob", checkout, `note "unsaid"`), func(all map[string]any) { all["event_id"] = "Ev0TWICE" }))
	s.slash("alice", checkout, `note "last"`, "INC-1#")
	eventually(t, func() bool { return len(s.as("judy").state("INC-1").Notes) >= 3 })
	var noted []string
	for _, n := range s.as("judy").state("INC-1").Notes {
		noted = append(noted, n.Text)
	}
	slices.Sort(noted)
	if strings.Join(noted, " ") != "last once said" {
		t.Errorf("noted %q", noted)
	}
}
