package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/templates"
)

const (
	secret = "8f742231b10e8888abcd99yyyzzz85a5"
	team   = "T1DC2JH3J"
	app    = "A111"
	self   = "UBOT"
)

// office is a Slack with a receiver: who is who, what is asked for and what is
// shown to whom.
type office struct {
	t     *testing.T
	clock *clock.Manual
	r     *Receiver
	desk  *desk
	shown *screen
	log   *strings.Builder
	mu    sync.Mutex
	count map[string]int
}

// desk answers requests and remembers them.
type desk struct {
	mu      sync.Mutex
	asked   []bot.Request
	answers map[string]bot.Reply // by the text, or the verb of a form
	hold    chan struct{}        // nil answers at once
}

func (d *desk) Handle(_ context.Context, r bot.Request) bot.Reply {
	d.mu.Lock()
	d.asked = append(d.asked, r)
	hold := d.hold
	d.mu.Unlock()
	if hold != nil {
		<-hold
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	key := r.Text
	if r.Form != nil {
		key = "form " + r.Form.Verb
	}
	if key == "panic" {
		panic("a command panicked")
	}
	if reply, ok := d.answers[key]; ok {
		return reply
	}
	return bot.Reply{Message: typed("done: " + key), Ref: "INC-1#7"}
}

func (d *desk) requests() []bot.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]bot.Request(nil), d.asked...)
}

func typed(text string) templates.Message {
	return templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: []templates.Span{{Text: text}}}}}
}

// screen is what people see. Each call is one line.
type screen struct {
	mu    sync.Mutex
	lines []string
	fail  map[string]error
}

func (s *screen) add(what, line string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.fail[what]; err != nil {
		return err
	}
	s.lines = append(s.lines, what+" "+line)
	return nil
}

func (s *screen) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.lines...)
}

func (s *screen) Respond(_ context.Context, to *responseURL, a answer, replace bool) error {
	return s.add("respond", fmt.Sprintf("%s replace=%v: %s", to.url, replace && to.component, a.text))
}

func (s *screen) Tell(_ context.Context, user string, at place, a answer) error {
	return s.add("tell", fmt.Sprintf("%s in %s%s/%s: %s", user, at.Channel, at.Room, at.Thread, a.text))
}

func (s *screen) Open(_ context.Context, trigger string, v slackgo.ModalViewRequest) error {
	return s.add("open", trigger+" "+v.Title.Text)
}

func (s *screen) Update(_ context.Context, view string, v slackgo.ModalViewRequest) error {
	return s.add("update", view+" "+v.Title.Text)
}

func (s *screen) Tick(_ context.Context, channel, ts string) error {
	return s.add("tick", channel+" "+ts)
}

func (s *screen) Message(_ context.Context, _, ts string) (text, author, thread string, err error) {
	return "lag is &gt; 2 s \"again\"\nsays <@U2>", "U2", "", s.add("look", ts)
}

type people struct{}

func (people) Person(id string) string {
	return map[string]string{"U1": "alice", "U2": "bob"}[id]
}
func (people) Account(person string) string {
	return map[string]string{"alice": "U1", "bob": "U2"}[person]
}
func (people) RoomName(id string) string {
	return map[string]string{"C1": "inc-1-checkout", "C2": "#ops"}[id]
}

func open(t *testing.T, change ...func(*Receiving)) *office {
	t.Helper()
	o := &office{t: t, clock: clock.NewManual(time.Unix(exampleTime, 0)), desk: &desk{answers: map[string]bot.Reply{}},
		shown: &screen{fail: map[string]error{}}, log: &strings.Builder{}, count: map[string]int{}}
	set := templates.Shipped()
	options := Receiving{Secrets: []string{secret}, Team: team, App: app, Self: self, Clock: o.clock,
		Roots:     map[string]string{"incident": "incident", "inc": "incident", "continuity": "continuity", "dr": "continuity"},
		Reactions: NewReactions(DefaultReactions(), nil), Directory: people{}, Responder: o.shown, Messages: o.shown,
		Answering: &bot.Answering{Handler: o.desk, Templates: func() *templates.Set { return set }, After: 30 * time.Second},
		Log:       slog.New(slog.NewTextHandler(locked{o}, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Refused:   func(reason string) { o.mu.Lock(); defer o.mu.Unlock(); o.count[reason]++ },
	}
	for _, f := range change {
		f(&options)
	}
	r, err := NewReceiver(options)
	if err != nil {
		t.Fatal(err)
	}
	o.r = r
	t.Cleanup(func() { o.settle() })
	return o
}

type locked struct{ o *office }

func (l locked) Write(p []byte) (int, error) {
	l.o.mu.Lock()
	defer l.o.mu.Unlock()
	return l.o.log.Write(p)
}

// post sends a body as Slack would.
func (o *office) post(path, body string) *httptest.ResponseRecorder {
	o.t.Helper()
	o.clock.Add(time.Second) // each request is signed at another time
	return o.send(path, body, sign(secret, o.clock.Now(), body))
}

func (o *office) send(path, body string, h http.Header) *httptest.ResponseRecorder {
	req := httptest.NewRequestWithContext(o.t.Context(), http.MethodPost, path, strings.NewReader(body))
	for k, v := range h {
		req.Header[k] = v
	}
	w := httptest.NewRecorder()
	o.r.Handler().ServeHTTP(w, req)
	return w
}

// settle waits for what is being answered.
func (o *office) settle() {
	o.t.Helper()
	o.r.running.Wait()
}

// one is the only request that was made.
func (o *office) one() bot.Request {
	o.t.Helper()
	o.settle()
	all := o.desk.requests()
	if len(all) != 1 {
		o.t.Fatalf("%d requests were made: %+v", len(all), all)
	}
	return all[0]
}

func slashBody(text string, more ...string) string {
	v := url.Values{"team_id": {team}, "api_app_id": {app}, "channel_id": {"C1"}, "channel_name": {"privategroup"}, "user_id": {"U1"}, "user_name": {"mallory"},
		"command": {"/incident"}, "text": {text}, "response_url": {"https://hooks.slack.com/commands/1/2/3"}, "trigger_id": {"13.37.ab"}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v.Encode()
}

func interactionBody(payload map[string]any) string {
	base := map[string]any{"team": map[string]any{"id": team}, "api_app_id": app, "user": map[string]any{"id": "U1"}, "trigger_id": "13.37.ab"}
	for k, v := range payload {
		base[k] = v
	}
	j, err := json.Marshal(base)
	if err != nil {
		panic(err)
	}
	return url.Values{"payload": {string(j)}}.Encode()
}

func eventBody(id string, event map[string]any) string {
	j, err := json.Marshal(map[string]any{"type": "event_callback", "team_id": team, "api_app_id": app, "event_id": id, "event": event})
	if err != nil {
		panic(err)
	}
	return string(j)
}

func press(value string) map[string]any {
	return map[string]any{"type": "block_actions", "channel": map[string]any{"id": "C1"}, "response_url": "https://hooks.slack.com/actions/1/2/3",
		"container": map[string]any{"type": "message", "message_ts": "1.2", "channel_id": "C1"},
		"actions":   []any{map[string]any{"action_id": "run-0", "block_id": "b", "type": "button", "value": value, "action_ts": "1531420618.1"}}}
}

func TestASlashCommandIsAnsweredInItsOwnAnswer(t *testing.T) {
	o := open(t)
	w := o.post("/slack/commands", slashBody("note “lag” &lt;2 s, says <@U2> in <#C2|ops> and <@U9ZZ|x>"))
	got := o.one()
	want := bot.Request{Delivery: "slack:" + team + ":trigger:13.37.ab", Platform: "slack", Room: "#inc-1-checkout", Person: "alice",
		Root: "incident", Text: "note “lag” <2 s, says @bob in #ops and @u9zz", Origin: "slash"}
	if got != want {
		t.Errorf("asked for\n%+v, not\n%+v", got, want)
	}
	var m slackgo.WebhookMessage
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil || w.Code != 200 || m.ResponseType != "ephemeral" || !strings.Contains(m.Text, "done: note") {
		t.Errorf("%d %s (%v)", w.Code, w.Body, err)
	}
	if lines := o.shown.all(); len(lines) > 0 {
		t.Errorf("beside its answer: %q", lines)
	}
}

func TestASlowSlashCommandIsAnsweredTwice(t *testing.T) {
	o := open(t, func(r *Receiving) { r.Answering.After = time.Millisecond })
	o.desk.hold = make(chan struct{})
	w := o.post("/slack/commands", slashBody("status"))
	if !strings.Contains(strings.ToLower(w.Body.String()), "recording") {
		t.Errorf("the interim answer is %s", w.Body)
	}
	close(o.desk.hold)
	o.settle()
	if lines := o.shown.all(); len(lines) != 1 || !strings.HasPrefix(lines[0], "respond https://hooks.slack.com/commands/1/2/3 replace=false: done: status") {
		t.Errorf("it is followed by %q", lines)
	}
}

func TestNamesOfCommandsMeanTheirRoots(t *testing.T) {
	for name, root := range map[string]string{"/incident": "incident", "/inc": "incident", "/INC": "incident", "/dr": "continuity", "/other": "other"} {
		o := open(t)
		o.post("/slack/commands", slashBody("x", "command", name))
		if got := o.one(); got.Root != root {
			t.Errorf("%s means %q", name, got.Root)
		}
	}
}

func TestAFormThatACommandNeedsIsOpened(t *testing.T) {
	o := open(t)
	o.desk.answers["declare"] = bot.Reply{Form: &bot.Form{Title: "Declare an incident", Verb: "declare", Fields: []bot.Field{{Name: "title", Kind: "line", Label: "What is wrong", Required: true}}}}
	w := o.post("/slack/commands", slashBody("declare"))
	o.settle()
	if lines := o.shown.all(); w.Body.Len() > 0 || len(lines) != 1 || lines[0] != "open 13.37.ab Declare an incident" {
		t.Errorf("answered %q, then %q", w.Body, lines)
	}
	o.shown.fail["open"] = fmt.Errorf("expired_trigger_id")
	o.post("/slack/commands", slashBody("declare"))
	o.settle()
	if lines := o.shown.all(); len(lines) != 2 || !strings.Contains(lines[1], "Still needed: What is wrong.") {
		t.Errorf("a form that cannot be opened leaves %q", lines)
	}
}

func TestAButtonIsACommand(t *testing.T) {
	o := open(t)
	w := o.post("/slack/interactions", interactionBody(press("role accept commander")))
	got := o.one()
	want := bot.Request{Delivery: "slack:" + team + ":action:1531420618.1:13.37.ab", Platform: "slack", Room: "#inc-1-checkout", Person: "alice",
		Root: "incident", Text: "role accept commander", Origin: "button"}
	if got != want {
		t.Errorf("asked for\n%+v, not\n%+v", got, want)
	}
	if lines := o.shown.all(); w.Code != 200 || w.Body.Len() > 0 || len(lines) != 1 || !strings.Contains(lines[0], "actions/1/2/3 replace=false: done") {
		t.Errorf("%d %q, then %q", w.Code, w.Body, lines)
	}
}

func TestOnlyAPrivateMessageIsReplacedByAnAnswer(t *testing.T) {
	o := open(t)
	private := press("status")
	private["container"] = map[string]any{"type": "message", "is_ephemeral": true, "channel_id": "C1"}
	o.post("/slack/interactions", interactionBody(private))
	o.settle()
	o.desk.answers["status"] = bot.Reply{Code: fault.Role, Message: typed("no")}
	o.post("/slack/interactions", interactionBody(private))
	o.settle()
	lines := o.shown.all()
	if len(lines) != 2 || !strings.Contains(lines[0], "replace=true: done") || !strings.Contains(lines[1], "replace=false: no") {
		t.Errorf("%q", lines)
	}
}

// view is a form as it comes back, with nothing changed in it.
func view(t *testing.T, f bot.Form, at place) map[string]any {
	t.Helper()
	m, err := forms{account: people{}.Account, person: people{}.Person}.modal(f, at)
	if err != nil {
		t.Fatal(err)
	}
	v := submitted(t, m)
	v.ID, v.Hash = "V1", "15.h"
	return map[string]any{"type": "view_submission", "view": v}
}

func TestAFormThatWasSentIsACommand(t *testing.T) {
	o := open(t)
	f := bot.Form{ID: "x", Title: "Declare", Root: "incident", Verb: "declare", Fields: []bot.Field{{Name: "title", Kind: "line", Value: "down"}}}
	w := o.post("/slack/interactions", interactionBody(view(t, f, place{"C1", "1.2", "#inc-1-checkout"})))
	got := o.one()
	if got.Form == nil || got.Form.Fields[0].Value != "down" || got.Origin != "form" || got.Room != "#inc-1-checkout" || got.Delivery != "slack:"+team+":view:V1:15.h" {
		t.Errorf("asked for %+v", got)
	}
	if lines := o.shown.all(); w.Body.Len() > 0 || len(lines) != 1 || lines[0] != "tell U1 in C1#inc-1-checkout/1.2: done: form declare" {
		t.Errorf("%q, then %q", w.Body, lines)
	}
}

func TestWhatIsWrongInAFormStandsInTheForm(t *testing.T) {
	f := bot.Form{Title: "Declare", Root: "incident", Verb: "declare", Fields: []bot.Field{{Name: "title", Kind: "line"}, {Name: "sev", Kind: "line", Value: "9"}}}
	wrong := f
	wrong.Fields = []bot.Field{{Name: "title", Kind: "line", Error: "This is needed."}, {Name: "sev", Kind: "line"}}
	for sentence, test := range map[string]struct {
		reply bot.Reply
		want  string
	}{
		"at its field":                 {bot.Reply{Form: &wrong}, `{"response_action":"errors","errors":{"declare/title":"This is needed."}}`},
		"at the first field otherwise": {bot.Reply{Form: &f, Code: fault.Range, Message: typed("no SEV9")}, `{"response_action":"errors","errors":{"declare/title":"no SEV9"}}`},
	} {
		o := open(t)
		o.desk.answers["form declare"] = test.reply
		w := o.post("/slack/interactions", interactionBody(view(t, f, place{})))
		if got := strings.TrimSpace(w.Body.String()); got != test.want {
			t.Errorf("%s: %s", sentence, got)
		}
	}
	o := open(t)
	o.desk.answers["form declare"] = bot.Reply{Form: &bot.Form{Title: "Why?", Verb: "decide", Fields: []bot.Field{{Name: "because", Kind: "line"}}}}
	w := o.post("/slack/interactions", interactionBody(view(t, f, place{})))
	if got := w.Body.String(); !strings.Contains(got, `"response_action":"update"`) || !strings.Contains(got, "Why?") {
		t.Errorf("another form gives %s", got)
	}
}

func TestASlowFormShowsThatItIsBeingRecorded(t *testing.T) {
	o := open(t, func(r *Receiving) { r.Answering.After = time.Millisecond })
	o.desk.hold = make(chan struct{})
	f := bot.Form{Title: "Declare", Root: "incident", Verb: "declare", Fields: []bot.Field{{Name: "title", Kind: "line"}}}
	w := o.post("/slack/interactions", interactionBody(view(t, f, place{Channel: "C1", Room: "#inc-1-checkout"})))
	if got := strings.ToLower(w.Body.String()); !strings.Contains(got, `"update"`) || !strings.Contains(got, "recording") {
		t.Errorf("it shows %s", got)
	}
	close(o.desk.hold)
	o.settle()
	if lines := o.shown.all(); len(lines) != 2 || lines[0] != "update V1 Declare" || !strings.HasPrefix(lines[1], "tell U1") {
		t.Errorf("then %q", lines)
	}
}

func TestWhatIsSaidToTheBotIsACommand(t *testing.T) {
	for sentence, test := range map[string]struct {
		event      map[string]any
		root, text string // empty root: nothing is asked
	}{
		"its name first":           {map[string]any{"type": "app_mention", "text": "<@UBOT> declare \"x\" sev:1"}, "incident", `declare "x" sev:1`},
		"its name and a root":      {map[string]any{"type": "app_mention", "text": " <@UBOT|holdfast>:  dr plan"}, "continuity", "plan"},
		"its name alone":           {map[string]any{"type": "app_mention", "text": "<@UBOT>"}, "incident", ""},
		"its name in a sentence":   {map[string]any{"type": "app_mention", "text": "ask <@UBOT> declare"}, "", ""},
		"another's name":           {map[string]any{"type": "app_mention", "text": "<@U2> declare"}, "", ""},
		"an edited mention":        {map[string]any{"type": "app_mention", "text": "<@UBOT> x", "edited": map[string]any{"user": "U1", "ts": "1"}}, "", ""},
		"a bang":                   {map[string]any{"type": "message", "text": "!inc note hi"}, "incident", "note hi"},
		"a bang and a full name":   {map[string]any{"type": "message", "text": "!continuity plan"}, "continuity", "plan"},
		"a bang of another bot":    {map[string]any{"type": "message", "text": "!deploy now"}, "", ""},
		"talk":                     {map[string]any{"type": "message", "text": "the incident is bad"}, "", ""},
		"its name as a message":    {map[string]any{"type": "message", "text": "<@UBOT> status"}, "", ""},
		"a message to it alone":    {map[string]any{"type": "message", "channel_type": "im", "channel": "D1", "text": "status"}, "incident", "status"},
		"its name to it alone":     {map[string]any{"type": "message", "channel_type": "im", "channel": "D1", "text": "<@UBOT> inc status"}, "incident", "status"},
		"its own message":          {map[string]any{"type": "message", "user": "UBOT", "text": "!inc x"}, "", ""},
		"another bot's message":    {map[string]any{"type": "message", "bot_id": "B1", "text": "!inc x"}, "", ""},
		"Slackbot's message":       {map[string]any{"type": "message", "user": "USLACKBOT", "text": "!inc x"}, "", ""},
		"somebody joining":         {map[string]any{"type": "message", "subtype": "channel_join", "text": "!inc x"}, "", ""},
		"a kind that is not known": {map[string]any{"type": "moon_landing", "text": "!inc x"}, "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			o := open(t)
			event := map[string]any{"user": "U1", "channel": "C1", "ts": "1531420618.5", "thread_ts": "1531420600.1"}
			for k, v := range test.event {
				event[k] = v
			}
			if w := o.post("/slack/events", eventBody("Ev1", event)); w.Code != 200 || w.Body.Len() > 0 {
				t.Errorf("answered %d %q", w.Code, w.Body)
			}
			o.settle()
			all := o.desk.requests()
			if test.root == "" {
				if len(all) > 0 {
					t.Errorf("asked for %+v", all)
				}
				return
			}
			if len(all) != 1 || all[0].Root != test.root || all[0].Text != test.text || all[0].Origin != "mention" || all[0].Delivery != "slack:"+team+":event:Ev1" {
				t.Fatalf("asked for %+v", all)
			}
			if lines := o.shown.all(); len(lines) != 1 || !strings.HasPrefix(lines[0], "tell U1 in ") || !strings.Contains(lines[0], "/1531420600.1: done") {
				t.Errorf("answered by %q", lines)
			}
		})
	}
}

func TestAnEventThatSlackRepeatsIsSeenToOnce(t *testing.T) {
	o := open(t)
	body := eventBody("Ev1", map[string]any{"type": "message", "user": "U1", "channel": "C1", "text": "!inc status"})
	for range 3 {
		if w := o.post("/slack/events", body); w.Code != 200 {
			t.Errorf("answered %d", w.Code)
		}
	}
	o.one()
}

func TestTheMenuOfAMessageKeepsItsTime(t *testing.T) {
	for id, want := range map[string]string{
		"note_from":     `note "it \"burns\" & @bob" at:2018-07-12T18:36:58Z`,
		"declare_from":  `declare impact:"it \"burns\" & @bob" at:2018-07-12T18:36:58Z`,
		"decision_from": `decide "it \"burns\" & @bob"`,
		"task_from":     `task add "it \"burns\" & @bob"`,
		"followup_from": `followup add "it \"burns\" & @bob"`,
	} {
		o := open(t)
		o.post("/slack/interactions", interactionBody(map[string]any{"type": "message_action", "callback_id": id, "action_ts": "9.1", "channel": map[string]any{"id": "C1"},
			"response_url": "https://hooks.slack.com/app/1/2", "message": map[string]any{"type": "message", "user": "U2", "ts": "1531420618.000100", "text": `it "burns" &amp; <@U2>`}}))
		if got := o.one(); got.Text != want || got.Room != "#inc-1-checkout" || got.Delivery != "slack:"+team+":action:9.1:13.37.ab" {
			t.Errorf("%s asks for %+v", id, got)
		}
	}
	o := open(t)
	o.post("/slack/interactions", interactionBody(map[string]any{"type": "shortcut", "callback_id": "declare", "action_ts": "9.1"}))
	if got := o.one(); got.Text != "declare" || got.Room != "" {
		t.Errorf("the shortcut asks for %+v", got)
	}
}

func react(kind, emoji string) map[string]any {
	return map[string]any{"type": kind, "user": "U1", "reaction": emoji, "item_user": "U2", "item": map[string]any{"type": "message", "channel": "C1", "ts": "1531420618.000100"}}
}

func TestAReactionIsACommandAndTakingItBackCorrectsIt(t *testing.T) {
	o := open(t)
	o.post("/slack/events", eventBody("Ev1", react("reaction_added", "pushpin::skin-tone-2")))
	if got := o.one(); got.Text != `note "lag is > 2 s \"again\"\nsays @bob" at:2018-07-12T18:36:58Z` || got.Person != "alice" {
		t.Errorf("asked for %+v", got)
	}
	if got := *o.one().Message; got != (incident.Message{ID: "slack:C1:1531420618.000100", Reaction: "pushpin"}) {
		t.Errorf("it is about %+v", got)
	}
	// Whether it has come to something the journal knows, not the receiver: it
	// may have been another.
	o = open(t)
	for i, event := range []map[string]any{react("reaction_removed", "eyes"), react("reaction_removed", "pushpin"), react("reaction_removed", "wave")} {
		o.post("/slack/events", eventBody(fmt.Sprint("Ev2", i), event))
		o.settle()
	}
	all := o.desk.requests()
	if len(all) != 2 || all[1].Message.Reaction != "pushpin" || *all[1].Change != (bot.Change{What: bot.Unreacted}) || all[1].Text != "" || all[1].Delivery != "slack:"+team+":event:Ev21" {
		t.Errorf("asked for %+v", all)
	}
}

func TestAReactionThatNeedsAFormOffersIt(t *testing.T) {
	o := open(t)
	o.desk.answers[`decide "lag is > 2 s \"again\"\nsays @bob"`] = bot.Reply{Form: &bot.Form{Title: "Record a decision", Verb: "decide", Fields: []bot.Field{{Name: "because", Kind: "line", Label: "Why", Required: true}}}}
	o.post("/slack/events", eventBody("Ev1", react("reaction_added", "scales")))
	o.settle()
	if lines := o.shown.all(); len(lines) != 2 || !strings.Contains(lines[1], "Record a decision. Still needed: Why.") {
		t.Errorf("shown %q", lines)
	}
}

// changed is that a message of bob's reads otherwise.
func changed(subtype, now string, more ...string) map[string]any {
	before := map[string]any{"user": "U2", "text": "old", "ts": "1531420618.000100"}
	e := map[string]any{"type": "message", "subtype": subtype, "channel": "C1", "ts": "1531420700.000200", "event_ts": "1531420700.000200", "previous_message": before}
	if subtype == "message_deleted" {
		e["deleted_ts"] = "1531420618.000100"
	} else {
		e["message"] = map[string]any{"user": "U2", "text": now, "ts": "1531420618.000100"}
	}
	for i := 0; i+1 < len(more); i += 2 {
		e[more[i]] = more[i+1]
	}
	return e
}

func TestWhatBecomesOfAMessageIsAskedAboutOnceAndAnswersNobody(t *testing.T) {
	o := open(t, func(r *Receiving) {
		r.Reactions = NewReactions(DefaultReactions(), func(room string) bool { return strings.HasPrefix(room, "#inc-") })
	})
	o.desk.answers[""] = bot.Reply{}
	tombstone := changed("message_changed", "This message was deleted.")
	tombstone["message"].(map[string]any)["subtype"], tombstone["message"].(map[string]any)["user"] = "tombstone", "USLACKBOT"
	byBot := changed("message_changed", "new")
	byBot["previous_message"].(map[string]any)["bot_id"] = "B1"
	for i, event := range []map[string]any{
		changed("message_changed", "new &amp; better <@U1>"),
		changed("message_deleted", ""),
		tombstone,
		changed("message_changed", "old"), // the preview of a link
		byBot,
		changed("message_changed", "new", "channel", "C2"), // no incident's room
		changed("message_changed", "new", "channel", "D1"),
		changed("message_changed", "new", "event_ts", "soon"),
	} {
		for range 2 {
			o.post("/slack/events", eventBody(fmt.Sprint("Ev", i), event))
			o.settle()
		}
	}
	var got []string
	for _, r := range o.desk.requests() {
		got = append(got, fmt.Sprintf("%s %s %s %s %+v", r.Person, r.Room, r.Origin, r.Message.ID, *r.Change))
	}
	at := "At:2018-07-12 18:38:20.0002 +0000 UTC}"
	want := []string{
		"bob #inc-1-checkout chat slack:C1:1531420618.000100 {What:edited Text:new & better @alice " + at,
		"bob #inc-1-checkout chat slack:C1:1531420618.000100 {What:deleted Text: " + at,
		"bob #inc-1-checkout chat slack:C1:1531420618.000100 {What:deleted Text: " + at,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("asked\n%s", strings.Join(got, "\n"))
	}
	if lines := o.shown.all(); len(lines) > 0 {
		t.Errorf("shown %q", lines)
	}
}

func TestAButtonThatOpensAFormIsStillAboutTheMessage(t *testing.T) {
	about := &incident.Message{ID: "slack:C1:1531420618.000100", Reaction: "scales"}
	m := templates.Message{Blocks: []templates.Block{{Kind: templates.Actions, Buttons: []templates.Button{{Label: "Open the form", Command: "decide"}}}}}
	blocks, _ := drawing{about: about}.blocks(m)
	o := open(t)
	press := func(id string) bot.Request {
		t.Helper()
		before := len(o.desk.requests())
		o.post("/slack/interactions", interactionBody(map[string]any{"type": "block_actions", "channel": map[string]any{"id": "C1"},
			"actions": []any{map[string]any{"type": "button", "block_id": id, "action_id": "run-0", "value": "decide", "action_ts": fmt.Sprint("9.", before)}}}))
		o.settle()
		all := o.desk.requests()
		if len(all) != before+1 {
			t.Fatalf("asked for %+v", all)
		}
		return all[before]
	}
	if got := press(blocks[0].ID()).Message; got == nil || *got != *about {
		t.Errorf("the button is about %+v", got)
	}
	for _, id := range []string{"", "xyz", "about/0/teams:C1:1/x", "about/0/slack:C1:1"} {
		if got := press(id).Message; got != nil {
			t.Errorf("a button in %q is about %+v", id, got)
		}
	}
	f := declare()
	f.Message = about
	v, err := planned.modal(f, place{Channel: "C1"})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := recalled(slackgo.View{CallbackID: v.CallbackID, PrivateMetadata: v.PrivateMetadata, State: &slackgo.ViewState{}}); err != nil || r.Message == nil || *r.Message != *about {
		t.Errorf("the form remembers %+v, %v", r.Message, err)
	}
}

func TestWhatHappensBesideIsPassedOn(t *testing.T) {
	var told []string
	var mu sync.Mutex
	tell := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, fmt.Sprintf(format, args...))
	}
	o := open(t, func(r *Receiving) {
		r.Hooks = Hooks{
			Home:  func(_ context.Context, id, person string) { tell("home %s %s", id, person) },
			Room:  func(_ context.Context, c RoomChange) { tell("room %+v", c) },
			Group: func(_ context.Context, id string) { tell("group %s", id) },
			Gone:  func(_ context.Context, why string) { tell("gone %s", why) },
		}
	})
	for i, event := range []map[string]any{
		{"type": "app_home_opened", "user": "U1", "tab": "home"},
		{"type": "app_home_opened", "user": "U1", "tab": "messages"},
		{"type": "channel_rename", "channel": map[string]any{"id": "C1", "name": "inc-1-x"}},
		{"type": "channel_archive", "channel": "C1"},
		{"type": "channel_deleted", "channel": "C1"},
		{"type": "subteam_members_changed", "subteam_id": "S0123ABCDEF", "added_users": []any{"U1"}},
		{"type": "subteam_updated", "subteam": map[string]any{"id": "S0123ABCDEF"}},
		{"type": "subteam_updated", "subteam": map[string]any{}},
		{"type": "tokens_revoked", "tokens": map[string]any{"bot": []any{"U1"}}},
		{"type": "app_uninstalled"},
	} {
		o.post("/slack/events", eventBody(fmt.Sprint("Ev", i), event))
		o.settle()
	}
	want := []string{
		"home U1 alice", "room {ID:C1 Name:inc-1-x What:renamed}", "room {ID:C1 Name: What:archived}", "room {ID:C1 Name: What:deleted}",
		"group S0123ABCDEF", "group S0123ABCDEF", "gone tokens_revoked", "gone app_uninstalled",
	}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("told\n%s", strings.Join(told, "\n"))
	}
}

func TestSlackMayCheckTheAddress(t *testing.T) {
	o := open(t)
	w := o.post("/slack/events", `{"type":"url_verification","challenge":"3eZb"}`)
	if w.Code != 200 || w.Body.String() != "3eZb" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

func TestAnotherWorkspaceIsTurnedAway(t *testing.T) {
	for _, other := range [][]string{{"team_id", "T2"}, {"api_app_id", "A2"}, {"team_id", ""}, {"api_app_id", ""}} {
		o := open(t)
		if w := o.post("/slack/commands", slashBody("status", other...)); !strings.Contains(w.Body.String(), notServed) {
			t.Errorf("%q: %d %s", other, w.Code, w.Body)
		}
		if n := len(o.desk.requests()); n > 0 || o.count["workspace"] != 1 {
			t.Errorf("%q: %d requests, counted %v", other, n, o.count)
		}
	}
	o := open(t)
	b := press("status")
	b["team"] = map[string]any{"id": "T2"}
	o.post("/slack/interactions", interactionBody(b))
	o.post("/slack/events", strings.Replace(eventBody("Ev1", map[string]any{"type": "message", "user": "U1", "text": "!inc x"}), team, "T2", 1))
	o.settle()
	if lines := o.shown.all(); len(o.desk.requests()) > 0 || len(lines) != 1 || !strings.Contains(lines[0], notServed) {
		t.Errorf("shown %q", lines)
	}
}

func TestWhoIsNotSlackLearnsNothing(t *testing.T) {
	o := open(t)
	body := slashBody("declare x")
	good := sign(secret, o.clock.Now(), body)
	if w := o.send("/slack/commands", body, good); w.Code != 200 {
		t.Fatalf("the true one gets %d", w.Code)
	}
	for sentence, h := range map[string]http.Header{
		"no headers": {}, "another secret": sign("x", o.clock.Now(), body), "an old time": sign(secret, o.clock.Now().Add(-time.Hour), body),
		"the same again": good, "another body": sign(secret, o.clock.Now(), body+"&a=b"),
	} {
		if w := o.send("/slack/commands", body, h); w.Code != 401 || w.Body.Len() > 0 || len(w.Header()) > 0 {
			t.Errorf("%s gets %d %q %v", sentence, w.Code, w.Body, w.Header())
		}
	}
	if w := o.send("/slack/commands", strings.Repeat("x", largestBody+1), good); w.Code != 413 {
		t.Errorf("too large a body gets %d", w.Code)
	}
	o.one()
	if logged := o.log.String(); strings.Contains(logged, "v0=") || strings.Contains(logged, "hooks.slack.com") {
		t.Errorf("the log tells: %s", logged)
	}
}

func TestABodyOfTheLargestSizeIsRead(t *testing.T) {
	o := open(t)
	body := slashBody("status")
	body += "&pad=" + strings.Repeat("x", largestBody-len(body)-len("&pad="))
	if w := o.post("/slack/commands", body); w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
	o.one()
}

func TestACrowdIsAskedToComeAgain(t *testing.T) {
	o := open(t)
	for range mostAtWork {
		o.r.slots <- struct{}{}
	}
	body := eventBody("Ev1", map[string]any{"type": "message", "user": "U1", "channel": "C1", "text": "!inc status"})
	h := sign(secret, o.clock.Now(), body)
	if w := o.send("/slack/events", body, h); w.Code != 503 {
		t.Fatalf("%d", w.Code)
	}
	for range mostAtWork {
		<-o.r.slots
	}
	if w := o.send("/slack/events", body, h); w.Code != 200 {
		t.Errorf("sent again as it is: %d", w.Code)
	}
	o.one()
	o.r.Stop(t.Context())
	if w := o.post("/slack/commands", slashBody("status")); w.Code != 503 {
		t.Errorf("after the end: %d", w.Code)
	}
}

func TestAPanicEndsNothing(t *testing.T) {
	o := open(t, func(r *Receiving) { r.Hooks.Gone = func(context.Context, string) { panic("a hook panicked") } })
	o.post("/slack/commands", slashBody("panic"))
	o.post("/slack/events", eventBody("Ev1", map[string]any{"type": "app_uninstalled"}))
	o.settle()
	w := o.post("/slack/commands", slashBody("status"))
	if o.settle(); w.Code != 200 || len(o.r.slots) > 0 {
		t.Errorf("%d, and %d places are taken", w.Code, len(o.r.slots))
	}
}

func TestAListIsCompleted(t *testing.T) {
	o := open(t, func(r *Receiving) {
		r.Hooks.Suggest = func(_ context.Context, action, typed string) []*slackgo.OptionBlockObject {
			return []*slackgo.OptionBlockObject{slackgo.NewOptionBlockObject(action, slackgo.NewTextBlockObject(slackgo.PlainTextType, typed, false, false), nil)}
		}
	})
	w := o.post("/slack/options", interactionBody(map[string]any{"type": "block_suggestion", "action_id": "who", "value": "al"}))
	if got := w.Body.String(); !strings.Contains(got, `"al"`) || !strings.Contains(got, `"who"`) {
		t.Errorf("%s", got)
	}
	w = open(t).post("/slack/options", "payload=%7B")
	if got := strings.TrimSpace(w.Body.String()); got != `{"options":[]}` {
		t.Errorf("%s", got)
	}
}

func TestARoomIsKnownByTheNameThatIsSentAlongWhileSlackDoesNotTell(t *testing.T) {
	for sent, want := range map[string]string{
		"inc-7-orders-pile-up": "#inc-7-orders-pile-up", "privategroup": "", "directmessage": "", "mpdm-alice--bob-1": "", "": "",
	} {
		o := open(t)
		o.post("/slack/commands", slashBody("status", "channel_id", "C777", "channel_name", sent))
		if got := o.one().Room; got != want {
			t.Errorf("sent along as %q: asked in %q, want %q", sent, got, want)
		}
	}
}
