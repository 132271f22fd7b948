package slack_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"holdfast/internal/clock"
	"holdfast/rehearse/standin/slack"
)

const secret = "8f742231b10e8888abcd99yyyzzz85a5"

// body reads what is in a request and leaves it there.
func (s *stage) body(r *http.Request) []byte {
	s.Helper()
	all, err := io.ReadAll(r.Body)
	s.good(err)
	r.Body = io.NopCloser(bytes.NewReader(all))
	return all
}

func (s *stage) command(r *http.Request) slackgo.SlashCommand {
	s.Helper()
	c, err := slackgo.SlashCommandParse(r)
	s.good(err)
	return c
}

func (s *stage) interaction(r *http.Request) slackgo.InteractionCallback {
	s.Helper()
	c, err := slackgo.InteractionCallbackParse(r)
	s.good(err)
	return c
}

func (s *stage) event(r *http.Request) slackevents.EventsAPIEvent {
	s.Helper()
	e, err := slackevents.ParseEvent(s.body(r), slackevents.OptionNoVerifyToken())
	s.good(err)
	return e
}

func TestTheSignatureIsTheOneOfSlacksExample(t *testing.T) {
	body := "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
		"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands" +
		"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	h := set(t, slack.Options{SigningSecret: secret}).Sign([]byte(body), time.Unix(1531420618, 0))
	if got := h.Get("X-Slack-Signature"); got != "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503" {
		t.Errorf("signed as %s", got)
	}
}

func TestTheClientLibraryAcceptsEverySignature(t *testing.T) {
	s := set(t, slack.Options{Clock: clock.System{}, SigningSecret: secret})
	id := s.room("ops")
	said := s.Said("alice", id, "it is slow")
	ts := s.Messages(id)[0].TS
	for sentence, r := range map[string]*http.Request{
		"a command":      s.Slash("alice", id, "/incident", "declare"),
		"a shortcut":     s.Shortcut("alice", "declare", id, ts),
		"a message":      said,
		"a reaction":     s.React("alice", "eyes", id, ts),
		"the address":    s.URLVerification("c"),
		"a second try":   s.Again(said, 1, "http_timeout"),
		"an odd command": s.Slash("alice", id, "/incident", "näh & <b> = \"x\"\n"),
	} {
		body := s.body(r)
		v, err := slackgo.NewSecretsVerifier(r.Header, secret)
		s.good(err)
		_, err = v.Write(body)
		s.good(err)
		if err := v.Ensure(); err != nil {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	if r := s.Again(said, 2, "http_timeout"); r.Header.Get("X-Slack-Retry-Num") != "2" || r.Header.Get("X-Slack-Retry-Reason") != "http_timeout" {
		t.Errorf("a second try says %v", r.Header)
	}
}

func TestACommandSaysWhoWhereAndWhat(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	c := s.command(s.Slash("alice", "#ops", "/incident", `declare "checkout failing" sev:1`))
	if c.UserID != s.alice || c.UserName != "alice" || c.ChannelID != id || c.ChannelName != "ops" || c.TeamID != "T0HOLDFAST" || c.APIAppID == "" ||
		c.Command != "/incident" || c.Text != `declare "checkout failing" sev:1` || c.TriggerID == "" || !strings.HasPrefix(c.ResponseURL, s.url+"/response/") {
		t.Errorf("told %+v", c)
	}
	if c := s.command(s.Slash("U0STRANGER", "C0THEIRS", "/incident", "")); c.UserID != "U0STRANGER" || c.ChannelID != "C0THEIRS" {
		t.Errorf("of strangers told %+v", c)
	}
}

// respond sends to a response_url and returns the status and the body.
func (s *stage) respond(url, body string) (int, string) {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, url, strings.NewReader(body))
	s.good(err)
	resp, err := http.DefaultClient.Do(r)
	s.good(err)
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	s.good(err)
	return resp.StatusCode, string(all)
}

func TestAResponseURLWorksFiveTimesInHalfAnHour(t *testing.T) {
	s := set(t, slack.Options{})
	s.room("ops")
	url := s.command(s.Slash("alice", "ops", "/incident", "")).ResponseURL
	late := s.command(s.Slash("alice", "ops", "/incident", "")).ResponseURL
	for range 4 {
		if status, body := s.respond(url, `{"text":"done","replace_original":true}`); status != 200 || body != "ok" {
			t.Fatalf("answered %d %s", status, body)
		}
	}
	if status, body := s.respond(url, `{"text":""}`); status != 400 || !strings.Contains(body, "no_text") {
		t.Errorf("nothing is answered %d %s", status, body)
	}
	if status, body := s.respond(url, `{"text":"for all","response_type":"in_channel"}`); status != 200 {
		t.Errorf("the fifth is answered %d %s", status, body)
	}
	if status, body := s.respond(url, `{"text":"done"}`); status != 404 || !strings.Contains(body, "used_url") {
		t.Errorf("the sixth is answered %d %s", status, body)
	}
	s.clock.Add(30*time.Minute + time.Second)
	if status, body := s.respond(late, `{"text":"done"}`); status != 404 || !strings.Contains(body, "expired_url") {
		t.Errorf("a late one is answered %d %s", status, body)
	}
	if e, m, r := s.Ephemerals("alice"), s.Messages("ops"), s.Responses(); len(e) != 4 || len(m) != 1 || len(r) != 8 || r[6].Error != "used_url" || r[0].User != s.alice {
		t.Errorf("alice sees %d, all see %d, arrived have %+v", len(e), len(m), r)
	}
}

// claim is a message with a button.
var claim = slackgo.MsgOptionBlocks(slackgo.NewActionBlock("roles",
	slackgo.NewButtonBlockElement("claim", "INC-1:command", slackgo.NewTextBlockObject("plain_text", "Claim", false, false))))

func TestAPressSaysWhatWasPressedAndMayReplaceIt(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	ts := s.post(id, "headline", claim)
	c := s.interaction(s.Press("bob", id, ts, "claim"))
	if c.Type != slackgo.InteractionTypeBlockActions || c.User.ID != s.bob || c.Channel.ID != id || c.Container.MessageTs != ts || c.Message.Text != "headline" || c.TriggerID == "" {
		t.Errorf("told %+v", c)
	}
	if a := c.ActionCallback.BlockActions; len(a) != 1 || a[0].ActionID != "claim" || a[0].BlockID != "roles" || a[0].Value != "INC-1:command" || a[0].ActionTs == "" {
		t.Errorf("pressed was %+v", a)
	}
	if status, body := s.respond(c.ResponseURL, `{"text":"bob commands","blocks":[],"replace_original":true}`); status != 200 {
		t.Errorf("answered %d %s", status, body)
	}
	if m := s.Messages(id); len(m) != 1 || m[0].Text != "bob commands" || m[0].Blocks != nil {
		t.Errorf("it is %+v", m)
	}
	if status, _ := s.respond(c.ResponseURL, `{"delete_original":true}`); status != 200 || len(s.Messages(id)) != 0 {
		t.Errorf("answered %d", status)
	}
	defer func() {
		if recover() == nil {
			t.Error("a button that is not there was pressed")
		}
	}()
	s.Press("bob", id, ts, "claim")
}

func TestAShortcutBringsTheMessageItWasChosenOn(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	s.Said("alice", id, "replica lag 2 s")
	ts := s.Messages(id)[0].TS
	c := s.interaction(s.Shortcut("bob", "add-to-journal", id, ts))
	if c.Type != slackgo.InteractionTypeMessageAction || c.CallbackID != "add-to-journal" || c.Message.Text != "replica lag 2 s" || c.Message.User != s.alice || c.Channel.ID != id || c.User.ID != s.bob {
		t.Errorf("told %+v", c)
	}
	if c := s.interaction(s.Shortcut("bob", "declare", "", "")); c.Type != slackgo.InteractionTypeShortcut || c.TriggerID == "" {
		t.Errorf("anywhere: told %+v", c)
	}
}

func TestAnEventSaysWhatHappened(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	said, ok := s.event(s.Said("alice", id, "one")).InnerEvent.Data.(*slackevents.MessageEvent)
	if !ok || said.User != s.alice || said.Text != "one" || said.Channel != id || said.ChannelType != "channel" || said.TimeStamp != s.Messages(id)[0].TS {
		t.Errorf("said was %+v", said)
	}
	ts := said.TimeStamp
	answer, ok := s.event(s.Replied("bob", id, ts, "two")).InnerEvent.Data.(*slackevents.MessageEvent)
	if !ok || answer.ThreadTimeStamp != ts {
		t.Errorf("answered was %+v", answer)
	}
	mention, ok := s.event(s.Mention("alice", id, "status")).InnerEvent.Data.(*slackevents.AppMentionEvent)
	if !ok || mention.Text != "<@"+s.Bot()+"> status" || mention.User != s.alice || mention.Channel != id {
		t.Errorf("mentioned was %+v", mention)
	}
	put, ok := s.event(s.React("bob", "pushpin", id, ts)).InnerEvent.Data.(*slackevents.ReactionAddedEvent)
	if !ok || put.Reaction != "pushpin" || put.User != s.bob || put.ItemUser != s.alice || put.Item.Timestamp != ts || put.Item.Channel != id {
		t.Errorf("reacted was %+v", put)
	}
	if _, ok := s.event(s.Unreact("bob", "pushpin", id, ts)).InnerEvent.Data.(*slackevents.ReactionRemovedEvent); !ok {
		t.Error("the reaction was not taken back")
	}
	edited, ok := s.event(s.Edited(id, ts, "ONE")).InnerEvent.Data.(*slackevents.MessageEvent)
	if !ok || edited.SubType != "message_changed" || edited.Message.Text != "ONE" || edited.PreviousMessage.Text != "one" || edited.Message.Timestamp != ts {
		t.Errorf("edited was %+v", edited)
	}
	deleted, ok := s.event(s.Deleted(id, ts)).InnerEvent.Data.(*slackevents.MessageEvent)
	if !ok || deleted.SubType != "message_deleted" || deleted.PreviousMessage.Text != "ONE" || deleted.DeletedTimeStamp != ts {
		t.Errorf("deleted was %+v", deleted)
	}
	home, ok := s.event(s.OpenedHome("alice")).InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
	if !ok || home.User != s.alice || home.Tab != "home" {
		t.Errorf("opened was %+v", home)
	}
	if dm, ok := s.event(s.Said("alice", "alice", "help")).InnerEvent.Data.(*slackevents.MessageEvent); !ok || dm.ChannelType != "im" || len(s.DMs("alice")) != 1 {
		t.Errorf("told was %+v", dm)
	}
}

func TestAnEventHasItsEnvelopeAndKeepsItsIdWhenRepeated(t *testing.T) {
	s := set(t, slack.Options{})
	r := s.Event(map[string]any{"type": "team_rename", "name": "x"})
	var e, again struct {
		Type           string           `json:"type"`
		EventID        string           `json:"event_id"`
		EventTime      int64            `json:"event_time"`
		TeamID         string           `json:"team_id"`
		AppID          string           `json:"api_app_id"`
		Event          map[string]any   `json:"event"`
		Authorizations []map[string]any `json:"authorizations"`
	}
	s.good(json.Unmarshal(s.body(r), &e))
	if e.Type != "event_callback" || !strings.HasPrefix(e.EventID, "Ev") || e.EventTime != start.Unix() || e.TeamID != "T0HOLDFAST" || e.AppID == "" ||
		e.Event["event_ts"] == "" || len(e.Authorizations) != 1 || e.Authorizations[0]["user_id"] != s.Bot() {
		t.Errorf("told %+v", e)
	}
	s.clock.Add(time.Minute)
	second := s.Again(r, 1, "http_timeout")
	s.good(json.Unmarshal(s.body(second), &again))
	if again.EventID != e.EventID || second.Header.Get("X-Slack-Request-Timestamp") == r.Header.Get("X-Slack-Request-Timestamp") {
		t.Errorf("told again %+v", again)
	}
	var address map[string]string
	s.good(json.Unmarshal(s.body(s.URLVerification("3eZbrw1a")), &address))
	if address["type"] != "url_verification" || address["challenge"] != "3eZbrw1a" {
		t.Errorf("asked for the address with %v", address)
	}
}
