package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"holdfast/internal/clock"
	standin "holdfast/rehearse/standin/slack"
)

// signed is a request with any body, as by a Slack that has gone mad.
func (s *slackSite) signed(path, media, body string) *http.Request {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, "http://app.invalid"+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	r.Header = s.slack.Sign([]byte(body), clock.System{}.Now())
	r.Header.Set("Content-Type", media)
	return r
}

const (
	asForm = "application/x-www-form-urlencoded"
	asJSON = "application/json"
)

// changed is an interaction or an event with something else in it.
func (s *slackSite) changed(r *http.Request, change func(all map[string]any)) *http.Request {
	s.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.Fatal(err)
	}
	text := string(body)
	var form url.Values
	isForm := r.Header.Get("Content-Type") == asForm
	if isForm {
		if form, err = url.ParseQuery(text); err != nil {
			s.Fatal(err)
		}
		text = form.Get("payload")
	}
	all := map[string]any{}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		s.Fatal(err)
	}
	change(all)
	out, err := json.Marshal(all)
	if err != nil {
		s.Fatal(err)
	}
	if !isForm {
		return s.signed(r.URL.Path, asJSON, string(out))
	}
	return s.signed(r.URL.Path, asForm, url.Values{"payload": {string(out)}}.Encode())
}

// typed is a slash command of alice's with other values in its form.
func (s *slackSite) typed(text string, values ...string) *http.Request {
	s.Helper()
	r := s.slack.Slash("alice", checkout, "/incident", text)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.Fatal(err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		s.Fatal(err)
	}
	for i := 0; i < len(values); i += 2 {
		form.Set(values[i], values[i+1])
	}
	return s.signed(r.URL.Path, asForm, form.Encode())
}

// form has alice open the form of a decision.
func (s *slackSite) form() standin.View {
	s.Helper()
	before := len(s.slack.Views())
	if status, body := s.send(s.slack.Slash("alice", checkout, "/incident", "decide")); status != http.StatusOK || body != "" {
		s.Fatalf("%d %s", status, body)
	}
	eventually(s.T, func() bool { return len(s.slack.Views()) > before })
	all := s.slack.Views()
	return all[len(all)-1]
}

// state is the answers of a form that was sent.
func answersOf(all map[string]any) map[string]any {
	return all["view"].(map[string]any)["state"].(map[string]any)["values"].(map[string]any)
}

// sees is what a person is shown from now on.
func (s *slackSite) sees(person string) func() []string {
	private, direct := len(s.slack.Ephemerals(person)), len(s.slack.DMs(person))
	return func() (all []string) {
		for _, m := range slices.Concat(s.slack.Ephemerals(person)[private:], s.slack.DMs(person)[direct:]) {
			all = append(all, m.Text)
		}
		return all
	}
}

// inWork are the goroutines that see to what Slack has delivered.
func inWork() int {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	n := 0
	for g := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(g, "bot/slack.(*Receiver)") || strings.Contains(g, "bot.(*Answering)") {
			n++
		}
	}
	return n
}

// It is not run beside others: it looks at what the whole program is doing.
func TestWhateverSlackSendsIsAnsweredInWordsOrNotAtAll(t *testing.T) {
	s := openSlackSite(t).opened()
	s.slash("alice", "ops", `declare "checkout failing" sev:3`, "INC-1#1")
	s.as("judy").done("INC-1")
	s.slash("alice", checkout, "role claim commander", "INC-1#")
	s.as("judy").done("INC-1")
	headline := s.shows(checkout, "INC-1 SEV3 checkout failing")
	claim := action(t, headline, "Status")
	said := s.slack.Said("bob", checkout, "the queue is growing")
	s.send(said)
	talk := s.shows(checkout, "the queue is growing")
	long := strings.Repeat("a long word ", 3400)
	press := func(change func(map[string]any)) *http.Request {
		return s.changed(s.slack.Press("alice", checkout, headline.TS, claim), change)
	}
	submit := func(change func(map[string]any)) *http.Request {
		return s.changed(s.slack.Submit("alice", s.form().ID, map[string]string{"decide/text": "x", "decide/because": "y"}), change)
	}
	menu := func(change func(map[string]any)) *http.Request {
		return s.changed(s.slack.Shortcut("alice", "note_from", checkout, talk.TS), change)
	}
	elsewhere := func(all map[string]any) { all["team"] = map[string]any{"id": "T0ELSEWHERE"} }
	sixty := func() (blocks []any) {
		for i := range 60 {
			blocks = append(blocks, map[string]any{"type": []string{"section", "rich_text", "of_next_year"}[i%3], "text": []any{"x", nil, 1, map[string]any{}}[i%4], "elements": "none"})
		}
		return blocks
	}
	const again = "Copy what you wrote, and open the form again"
	for sentence, test := range map[string]struct {
		request *http.Request
		body    string // a pattern of the answer; empty: an empty answer
		sees    string // a pattern of what alice is shown beside; empty: nothing
		records string // the text of the note that is recorded; empty: nothing
	}{
		"a button nobody knows":            {press(func(all map[string]any) { all["actions"].([]any)[0].(map[string]any)["action_id"] = "old-7" }), "", "another version of Holdfast: nothing was recorded", ""},
		"a button without a command":       {press(func(all map[string]any) { delete(all["actions"].([]any)[0].(map[string]any), "value") }), "", "another version of Holdfast", ""},
		"a button with a command too long": {press(func(all map[string]any) { all["actions"].([]any)[0].(map[string]any)["value"] = long }), "", "another version of Holdfast", ""},
		"a button without actions":         {press(func(all map[string]any) { all["actions"] = []any{nil} }), "", "", ""},
		"a button from elsewhere":          {press(elsewhere), "", "not the one Holdfast serves", ""},
		"a menu entry nobody knows":        {s.slack.Shortcut("alice", "shred", checkout, talk.TS), "", "This entry of the menu is of another version", ""},
		"a shortcut nobody knows":          {s.slack.Shortcut("alice", "shred", "", ""), "", "This entry of the menu is of another version", ""},
		"a kind of interaction of 2030":    {press(func(all map[string]any) { all["type"] = "telepathy" }), "", "", ""},

		"a form without its answers":    {submit(func(all map[string]any) { delete(all["view"].(map[string]any), "state") }), again, "", ""},
		"a form nobody knows":           {submit(func(all map[string]any) { all["view"].(map[string]any)["callback_id"] = "theirs" }), again, "", ""},
		"a form that remembers nothing": {submit(func(all map[string]any) { all["view"].(map[string]any)["private_metadata"] = "" }), again, "", ""},
		"a form of another version":     {submit(func(all map[string]any) { all["view"].(map[string]any)["private_metadata"] = `{"v":99}` }), again, "", ""},
		"a form that lacks a field":     {submit(func(all map[string]any) { delete(answersOf(all), "decide/because") }), again, "", ""},
		"a form with a field more":      {submit(func(all map[string]any) { answersOf(all)["x/y"] = map[string]any{} }), again, "", ""},
		"a form with a field of another kind": {submit(func(all map[string]any) {
			answersOf(all)["decide/because"] = map[string]any{"answer": map[string]any{"type": "datepicker", "selected_date": "2026-11-02"}}
		}), again, "", ""},
		"a form with more than it allows": {submit(func(all map[string]any) {
			answersOf(all)["decide/text"] = map[string]any{"answer": map[string]any{"type": "plain_text_input", "value": long}}
		}), `"errors".*E_|"errors".*10,?000`, "", ""},
		"a form without anything": {submit(func(all map[string]any) { all["view"] = map[string]any{"type": "modal", "id": "V1", "hash": "1"} }), `"update".*Copy what you wrote`, "", ""},
		"a form from elsewhere": {submit(func(all map[string]any) {
			elsewhere(all)
			all["view"].(map[string]any)["app_installed_team_id"] = "T0ELSEWHERE"
		}), "not the one Holdfast serves", "", ""},
		"a command from elsewhere":  {s.typed("status", "team_id", "T0ELSEWHERE"), "not the one Holdfast serves", "", ""},
		"a command of another app":  {s.typed("", "command", "/shred"), "E_|not", "", ""},
		"a command of nobody":       {s.typed("status", "user_id", ""), "", "", ""},
		"a command without trigger": {s.typed("status", "trigger_id", ""), "", "", ""},
		"a very long command":       {s.typed(`note "` + long + `"`), "E_", "", ""},
		"a very long word":          {s.typed(strings.Repeat("x", 40_000)), "E_", "", ""},
		"a long title":              {s.typed(`declare "` + long + `"`), "E_", "", ""},
		"a message that is long":    {s.changed(s.slack.Shortcut("alice", "note_from", checkout, talk.TS), func(all map[string]any) { all["message"].(map[string]any)["text"] = long }), "", "E_", ""},

		"nothing as a command":      {s.signed("/slack/commands", asForm, ""), "not the one Holdfast serves", "", ""},
		"nothing as an interaction": {s.signed("/slack/interactions", asForm, " "), "", "", ""},
		"nothing as an event":       {s.signed("/slack/events", asJSON, "  "), "", "", ""},
		"nested without end":        {s.signed("/slack/events", asJSON, strings.Repeat(`{"a":`, 20_000)+"1"+strings.Repeat("}", 20_000)), "", "", ""},
		"nested interaction":        {s.signed("/slack/interactions", asForm, "payload="+strings.Repeat("[", 50_000)), "", "", ""},
		"huge numbers":              {s.signed("/slack/events", asJSON, `{"type":"event_callback","team_id":"T0HOLDFAST","event_time":1e999,"event_id":"Ev1","event":{"type":"message","ts":99999999999999999999999999}}`), "", "", ""},
		"JSON as a command":         {s.signed("/slack/commands", asJSON, `{"command":"/incident"}`), "not the one Holdfast serves", "", ""},
		"a form as an event":        {s.signed("/slack/events", asForm, "payload=%7B%7D"), "", "", ""},
		"a message of sixty blocks": {menu(func(all map[string]any) {
			all["message"].(map[string]any)["blocks"] = sixty()
			all["message"].(map[string]any)["text"] = "sixty"
		}), "", "INC-1#", "sixty"},
		"a message of strange parts": {menu(func(all map[string]any) {
			m := all["message"].(map[string]any)
			m["attachments"], m["files"], m["text"] = []any{1}, "x", "strange"
		}), "", "INC-1#", "strange"},
		"a message without words": {menu(func(all map[string]any) { all["message"].(map[string]any)["text"] = "" }), "", ".", ""},
		"skin":                    {s.slack.React("alice", "pushpin::skin-tone-3", checkout, talk.TS), "", "", "the queue is growing"},
		"an emoji with colons":    {s.slack.React("alice", ":stopwatch:", checkout, talk.TS), "", "", "the queue is growing"},
		"a thumb of another skin": {s.slack.React("alice", "thumbsup::skin-tone-3", checkout, talk.TS), "", "", ""},
		"an emoji nobody knows":   {s.slack.React("alice", "holdfast-party", checkout, talk.TS), "", "", ""},
		"a reaction to nothing":   {s.changed(s.slack.React("alice", "mega", checkout, talk.TS), func(all map[string]any) { all["event"].(map[string]any)["item"].(map[string]any)["ts"] = "1.2" }), "", "Slack does not show that message", ""},
		"bytes of no alphabet":    {s.typed("note \"a\x00b\xff\u202ec\u200bd\""), "INC-1#", "", "*"},
	} {
		t.Run(sentence, func(t *testing.T) {
			entries, shown := len(s.entriesOf("INC-1")), s.sees("alice")
			notes := len(s.as("judy").state("INC-1").Notes)
			register := len(s.entriesOf("register"))
			status, body := s.send(test.request)
			if ok, err := regexp.MatchString("(?is)"+test.body, body); status != http.StatusOK || err != nil || !ok || test.body == "" && body != "" {
				t.Errorf("it is answered %d %.300s", status, body)
			}
			if strings.Contains(body, `"response_action":"errors"`) {
				// The form is still open, and takes the words where they are to stand.
				var with struct {
					Errors map[string]string `json:"errors"`
				}
				if err := json.Unmarshal([]byte(body), &with); err != nil || len(with.Errors) == 0 {
					t.Errorf("%v: %.200s", err, body)
				}
			}
			eventually(t, func() bool { return inWork() == 0 })
			now := shown()
			if text := strings.Join(now, "\n"); test.sees == "" && test.records == "" && text != "" || !regexp.MustCompile("(?s)"+test.sees).MatchString(text) || len(text) > 5000 {
				t.Errorf("alice sees %.500q", now)
			}
			state := s.as("judy").state("INC-1")
			if len(s.entriesOf("register")) != register {
				t.Error("the register has another entry")
			}
			if test.records == "" {
				if all := s.entriesOf("INC-1"); len(all) != entries {
					t.Errorf("recorded: %+v", all[entries:])
				}
				return
			}
			if len(state.Notes) != notes+1 || test.records != "*" && state.Notes[notes].Text != test.records {
				t.Errorf("noted: %+v", state.Notes[min(notes, len(state.Notes)):])
			}
		})
	}
	s.slash("alice", checkout, "status", "INC-1 SEV3 checkout failing")
	for _, c := range s.slack.Calls() {
		if c.Error == "invalid_blocks" || c.Error == "msg_too_long" || c.Error == "invalid_arguments" || c.Error == "no_text" {
			t.Errorf("Slack was sent something broken: %+v", c)
		}
	}
	for _, r := range s.slack.Responses() {
		if r.Error != "" {
			t.Errorf("Slack was answered something broken: %s %s", r.Error, r.Body)
		}
	}
	for _, m := range s.slack.Messages(checkout) {
		if strings.ContainsAny(m.Text+string(m.Blocks), "\x00\u202e\ufeff") {
			t.Errorf("a message holds what cannot be seen: %q", m.Text)
		}
	}
}
