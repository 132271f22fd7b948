package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"holdfast/cmd/holdfast/config"
	standin "holdfast/rehearse/standin/slack"
)

// openSocketSite is a server that hears Slack over HTTP and over a socket, with
// an incident that alice commands.
func openSocketSite(t *testing.T) *slackSite {
	t.Helper()
	s := openSlackSite(t, func(c *config.Config) { c.SlackAppToken = secretFile(t, "xapp-holdfast") }).opened()
	t.Cleanup(s.slack.Hangup)
	if err := s.slack.Connected(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	s.slash("alice", checkout, "role claim commander", "INC-1#")
	s.as("judy").done("INC-1")
	return s
}

// deliver sends an envelope and returns what it is acknowledged with.
func (s *slackSite) deliver(e standin.Envelope) string {
	s.Helper()
	if err := s.slack.Send(e); err != nil {
		s.Fatal(err)
	}
	a, err := s.slack.Acked(s.Context(), e.ID)
	if err != nil {
		s.Fatal(err)
	}
	return string(a.Payload)
}

func TestWhatIsWrongInAFormIsSaidOverTheSocketAsOverHTTP(t *testing.T) {
	t.Parallel()
	s := openSocketSite(t)
	if payload := s.deliver(s.slack.EnvelopeOf(s.slack.Slash("alice", checkout, "/incident", "decide"))); payload != "" && payload != "null" {
		t.Errorf("a command is acknowledged with %s", payload)
	}
	eventually(t, func() bool { return len(s.slack.Views()) == 1 })
	form := s.slack.Views()[0]
	wrong := map[string]string{"decide/text": "", "decide/because": "y"}
	overSocket := s.deliver(s.slack.EnvelopeOf(s.slack.Submit("alice", form.ID, wrong)))
	status, overHTTP := s.send(s.slack.Submit("alice", s.form().ID, wrong))
	if status != http.StatusOK || strings.TrimSpace(overHTTP) != overSocket || !strings.Contains(overSocket, `"errors"`) {
		t.Errorf("over the socket %s, over HTTP %d %s", overSocket, status, overHTTP)
	}
	errs, err := s.slack.Settle(form.ID, []byte(overSocket))
	if err != nil || errs["decide/text"] == "" {
		t.Errorf("alice sees %v, %v", errs, err)
	}
	// A form that cannot be read stays open, too.
	other := s.changed(s.slack.Submit("alice", form.ID, wrong), func(all map[string]any) { all["view"].(map[string]any)["private_metadata"] = "{}" })
	e := s.slack.EnvelopeOf(other)
	if errs, err = s.slack.Settle(form.ID, []byte(s.deliver(e))); err != nil || len(errs) != 1 {
		t.Errorf("alice sees %v, %v", errs, err)
	}
	if payload := s.deliver(s.slack.EnvelopeOf(s.slack.Submit("alice", form.ID, map[string]string{"decide/text": "x", "decide/because": "y"}))); payload != "" && payload != "null" {
		t.Errorf("the right form is acknowledged with %s", payload)
	}
	eventually(t, func() bool { return len(s.as("judy").state("INC-1").Decisions) == 1 })
}

func TestOneEventOverTheSocketAndOverHTTPIsOneEntry(t *testing.T) {
	t.Parallel()
	s := openSocketSite(t)
	for i := range 4 {
		r := s.slack.Mention("bob", checkout, fmt.Sprintf(`note "event %d"`, i))
		e := s.slack.EnvelopeOf(r)
		if i%2 == 0 {
			s.send(r)
			s.deliver(e)
			continue
		}
		s.deliver(e)
		s.send(r)
	}
	command := s.slack.Slash("bob", checkout, "/incident", `note "a command"`)
	e := s.slack.EnvelopeOf(command)
	s.send(command)
	s.deliver(e)
	eventually(t, func() bool { return len(s.as("judy").state("INC-1").Notes) >= 5 })
	s.slash("bob", checkout, `note "last"`, "INC-1#")
	if notes := s.as("judy").state("INC-1").Notes; len(notes) != 6 {
		t.Errorf("noted %+v", notes)
	}
}

// Slack sends again, over whatever connection there is, what was not
// acknowledged.
func TestNothingIsLostOrDoubledWhenSlackRefreshesTheSocket(t *testing.T) {
	t.Parallel()
	s := openSocketSite(t)
	const all = 24
	ctx, done := context.WithTimeout(t.Context(), 60*time.Second)
	defer done()
	for i := range all {
		e := s.slack.EnvelopeOf(s.slack.Mention("bob", checkout, fmt.Sprintf(`note "number %d"`, i)))
		if i%6 == 3 {
			_ = s.slack.Send(e) // on its way while the connection ends
			_ = s.slack.Disconnect([]string{"refresh_requested", "warning"}[i/6%2])
		}
		for ctx.Err() == nil {
			soon, give := context.WithTimeout(ctx, 200*time.Millisecond)
			err := s.slack.Send(e)
			if err == nil {
				_, err = s.slack.Acked(soon, e.ID)
			} else {
				_ = s.slack.Connected(soon, 1)
			}
			give()
			if err == nil {
				break
			}
			e.Attempt++
		}
	}
	eventually(t, func() bool { return len(s.as("judy").state("INC-1").Notes) >= all })
	s.slash("bob", checkout, `note "last"`, "INC-1#")
	notes := s.as("judy").state("INC-1").Notes
	text, _ := json.Marshal(notes)
	for i := range all {
		if n := strings.Count(string(text), fmt.Sprintf(`"number %d"`, i)); n != 1 {
			t.Errorf("number %d is noted %d times", i, n)
		}
	}
	if len(notes) != all+1 {
		t.Errorf("%d notes", len(notes))
	}
}
