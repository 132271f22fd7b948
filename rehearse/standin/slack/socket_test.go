package slack_test

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"sync"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"holdfast/rehearse/standin/slack"
)

// wire is the client library's end of Socket Mode.
type wire struct {
	*stage
	*socketmode.Client
}

// connect runs the client library until the test ends.
func (s *stage) connect() *wire {
	s.Helper()
	quiet := log.New(io.Discard, "", 0)
	api := s.as("xoxb-holdfast", slackgo.OptionAppLevelToken("xapp-holdfast"), slackgo.OptionLog(quiet))
	c := &wire{s, socketmode.New(api, socketmode.OptionLog(quiet))}
	ctx, cancel := context.WithCancel(s.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = c.RunContext(ctx) }) // ends when ctx does
	s.Cleanup(func() {
		cancel()
		s.Hangup()
		running.Wait()
	})
	s.good(s.Connected(s.patient(), 1))
	return c
}

func (s *stage) patient() context.Context {
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Second)
	s.Cleanup(cancel)
	return ctx
}

// next waits for an event of a kind.
func (c *wire) next(kind socketmode.EventType) socketmode.Event {
	c.Helper()
	for ctx := c.patient(); ; {
		select {
		case e := <-c.Events:
			if e.Type == kind {
				return e
			}
		case <-ctx.Done():
			c.Fatalf("no %s came", kind)
		}
	}
}

func TestSocketModeCarriesTheSameAndTakesAcks(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	ts := s.post(id, "headline", claim)
	c := s.connect()
	c.next(socketmode.EventTypeHello)
	for kind, r := range map[socketmode.EventType]*http.Request{
		socketmode.EventTypeSlashCommand: s.Slash("alice", id, "/incident", "status"),
		socketmode.EventTypeInteractive:  s.Press("bob", id, ts, "claim"),
		socketmode.EventTypeEventsAPI:    s.Mention("alice", id, "status"),
	} {
		envelope := s.EnvelopeOf(r)
		s.good(s.Send(envelope))
		e := c.next(kind)
		switch data := e.Data.(type) {
		case slackgo.SlashCommand:
			if data.Text != "status" || data.UserID != s.alice {
				t.Errorf("told %+v", data)
			}
		case slackgo.InteractionCallback:
			if data.User.ID != s.bob || data.ActionCallback.BlockActions[0].ActionID != "claim" {
				t.Errorf("told %+v", data)
			}
		case slackevents.EventsAPIEvent:
			if _, ok := data.InnerEvent.Data.(*slackevents.AppMentionEvent); !ok {
				t.Errorf("told %+v", data)
			}
		default:
			t.Errorf("told %T", data)
		}
		s.good(c.AckCtx(t.Context(), e.Request.EnvelopeID, map[string]string{"text": "seen"}))
		ack, err := s.Acked(s.patient(), envelope.ID)
		s.good(err)
		var said map[string]string
		if err := json.Unmarshal(ack.Payload, &said); err != nil || said["text"] != "seen" || !ack.At.Equal(start) {
			t.Errorf("acked with %s, %v", ack.Payload, err)
		}
	}
	if len(s.Acks()) != 3 {
		t.Errorf("acks are %+v", s.Acks())
	}
}

func TestAnEnvelopeComesAgainUnderItsId(t *testing.T) {
	s := set(t, slack.Options{})
	s.room("ops")
	c := s.connect()
	envelope := s.EnvelopeOf(s.Slash("alice", "ops", "/incident", "status"))
	s.good(s.Send(envelope))
	envelope.Attempt, envelope.Reason = 1, "timeout"
	s.good(s.Send(envelope))
	first, second := c.next(socketmode.EventTypeSlashCommand), c.next(socketmode.EventTypeSlashCommand)
	if first.Request.EnvelopeID != second.Request.EnvelopeID || second.Request.RetryAttempt != 1 || second.Request.RetryReason != "timeout" {
		t.Errorf("came %+v and %+v", first.Request, second.Request)
	}
}

func TestABadEnvelopeReachesTheClientAsOne(t *testing.T) {
	s := set(t, slack.Options{})
	c := s.connect()
	s.good(s.SendRaw([]byte(`{"type":"events_api","envelope_id":"E1","payload":{"type":"event_callback","event":{"type":"no_such_event"}}}`)))
	if bad, ok := c.next(socketmode.EventTypeErrorBadMessage).Data.(*socketmode.ErrorBadMessage); !ok || len(bad.Message) == 0 {
		t.Errorf("told %+v", bad)
	}
	s.good(s.Ping())
}

func TestADisconnectMakesTheClientConnectAgain(t *testing.T) {
	s := set(t, slack.Options{})
	c := s.connect()
	c.next(socketmode.EventTypeHello)
	s.good(s.Disconnect("refresh_requested"))
	c.next(socketmode.EventTypeHello)
	s.Hangup()
	c.next(socketmode.EventTypeHello)
	s.good(s.Connected(s.patient(), 1))
}

func TestSocketModeRefusesWrongTokensAndStaleAddresses(t *testing.T) {
	s := set(t, slack.Options{})
	for token, want := range map[string]string{"xapp-other": "invalid_auth", "xoxb-holdfast": "not_allowed_token_type"} {
		_, _, err := slackgo.New("xoxb-holdfast", slackgo.OptionAppLevelToken(token), slackgo.OptionAPIURL(s.url+"/api/")).StartSocketModeContext(t.Context())
		s.word(err, want)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/socket/L404", nil)
	s.good(err)
	resp, err := http.DefaultClient.Do(r)
	s.good(err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("a stale address is answered %s", resp.Status)
	}
	if s.Send(slack.Envelope{ID: "E1"}) == nil {
		t.Error("sent to nobody")
	}
}
