//go:build witness

package slack

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"html"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/internal/clock"
	"holdfast/plan"
)

// emulated is a workspace in an emulator of Slack's Web API that nobody here
// has written: it knows Slack's methods, its words for refusals and its scopes.
type emulated struct {
	*testing.T
	at        string // its address
	workspace *Workspace
	members   map[string]string // name -> member id
	door      *emulatorsDoor
}

// hasty is a clock on which two seconds pass whenever somebody looks, so that
// nobody has to wait for their turn.
type hasty struct{ looks atomic.Int64 }

func (c *hasty) Now() time.Time {
	return clock.System{}.Now().Add(time.Duration(c.looks.Add(1)) * 2 * time.Second)
}

// The people, in the order of a plan, and the rooms that every emulated
// workspace has.
var (
	offeredPeople = []string{"alice", "bob", "carol", "holdfast"}
	offeredRooms  = []string{"ops", "other", "general"}
)

// emulate starts an emulator of its own. A name that only this one knows says
// that it, and nobody else, answers on the port.
func emulate(t *testing.T) *emulated {
	t.Helper()
	name, port := "Witness "+rand.Text(), freePort(t)
	type named struct {
		Name string `json:"name"`
	}
	type token struct {
		Token  string   `json:"token"`
		User   string   `json:"user"`
		Bot    string   `json:"bot_id,omitempty"`
		Scopes []string `json:"scopes,omitempty"`
	}
	var people, rooms []named
	tokens := []token{{"xoxb-holdfast", "holdfast", "B000000001", Scopes()}}
	for _, p := range offeredPeople {
		people, tokens = append(people, named{p}), append(tokens, token{Token: "xoxp-" + p, User: p})
	}
	for _, r := range offeredRooms {
		rooms = append(rooms, named{r})
	}
	seed, err := json.Marshal(map[string]any{"slack": map[string]any{
		"team": map[string]any{"name": name, "domain": "witness"}, "strict_scopes": true,
		"users": people, "channels": rooms, "bots": []named{{"holdfast"}}, "tokens": tokens,
	}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(path, seed, 0o600); err != nil {
		t.Fatal(err)
	}
	begin(t, witnessProgram(t, "node_modules/emulate/dist/index.js", "start", "--service", "slack", "--port", port, "--base-url", "http://127.0.0.1:"+port, "--seed", path), "Ready.")
	e := &emulated{T: t, at: "http://127.0.0.1:" + port, members: map[string]string{}}
	p := plan.Empty()
	for _, person := range offeredPeople {
		who, err := e.as(person).AuthTest()
		if err != nil || who.Team != name {
			t.Fatalf("somebody else answers on port %s: %+v, %v", port, who, err)
		}
		e.members[person] = who.UserID
		if person != "holdfast" {
			p.People = append(p.People, plan.Person{ID: person, Slack: who.UserID})
		}
	}
	e.door = &emulatorsDoor{}
	e.workspace, err = New(Options{Token: "xoxb-holdfast", API: e.at + "/api", HTTP: &http.Client{Transport: e.door}, People: func() *plan.Plan { return p }, Clock: &hasty{}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// as is a person, or the bot, in front of the emulator.
func (e *emulated) as(person string) *slackgo.Client {
	return slackgo.New("xoxp-"+person, slackgo.OptionAPIURL(e.at+"/api/"), slackgo.OptionHTTPClient(&http.Client{Transport: &emulatorsDoor{}}))
}

// emulatorsDoor repeats the token, which our library sends in the form, in the
// header, the only place where the emulator looks. It stands for a list that is
// missing, and for a network that fails.
type emulatorsDoor struct {
	mu           sync.Mutex
	refuse, lose bool
}

// absent are the methods of ours that it does not offer, with what is answered
// in their place.
var absent = map[string]struct{ body, says string }{
	"users.conversations":   {`{"ok":true,"channels":[],"response_metadata":{"next_cursor":""}}`, "an empty list stands for it, so rooms are found by conversations.list"},
	"usergroups.users.list": {`{"ok":false,"error":"unknown_method"}`, "groups of the plan that are Slack's were not tried"},
	"apps.connections.open": {`{"ok":false,"error":"unknown_method"}`, "Socket Mode was not tried"},
}

func (d *emulatorsDoor) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	body := []byte(nil)
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	if _, parts, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && parts["boundary"] != "" {
		body = endedOnce(body, parts["boundary"])
	}
	again := r.Clone(r.Context())
	again.Body = io.NopCloser(bytes.NewReader(body))
	if form, err := url.ParseQuery(string(body)); err == nil && form.Get("token") != "" {
		again.Header.Set("Authorization", "Bearer "+form.Get("token"))
	}
	method := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	prepares := method == "auth.test" || method == "conversations.list" || absent[method].body != ""
	if d.refuse && !prepares {
		d.refuse = false
		return nil, errors.New("the network is down")
	}
	answer, err := http.DefaultTransport.RoundTrip(again)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode == http.StatusNotFound && absent[method].body != "" {
		answer.Body.Close()
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(absent[method].body)), Request: r}, nil
	}
	if d.lose && !prepares {
		d.lose = false
		answer.Body.Close()
		return nil, errors.New("the answer is lost")
	}
	return answer, nil
}

// endedOnce leaves one end to a form of several parts. Our library writes two,
// which is allowed (RFC 2046 lets anything follow the end) and which the
// emulator answers with status 500.
func endedOnce(body []byte, boundary string) []byte {
	end := []byte("\r\n--" + boundary + "--\r\n")
	if at := bytes.Index(body, end); at >= 0 {
		return body[:at+len(end)]
	}
	return body
}

func (e *emulated) id(room string) string {
	e.Helper()
	all, _, err := e.as("alice").GetConversations(&slackgo.GetConversationsParameters{Types: []string{"public_channel", "private_channel"}})
	if err != nil {
		e.Fatal(err)
	}
	for _, c := range all {
		if c.Name == strings.TrimPrefix(room, "#") {
			return c.ID
		}
	}
	e.Fatalf("the emulator has no room %s", room)
	return ""
}

// history is what somebody sees in a room, or from the bot, oldest first.
func (e *emulated) history(to string) []slackgo.Message {
	e.Helper()
	reader, id := "bob", ""
	if person, ok := strings.CutPrefix(to, "@"); ok {
		reader = person
		c, _, _, err := e.as(person).OpenConversation(&slackgo.OpenConversationParameters{Users: []string{e.members["holdfast"]}})
		if err != nil {
			e.Fatal(err)
		}
		id = c.ID
	} else if id = e.id(to); !slices.Contains(offeredRooms, strings.TrimPrefix(to, "#")) {
		reader = "holdfast" // who has made the room
	}
	page, err := e.as(reader).GetConversationHistory(&slackgo.GetConversationHistoryParameters{ChannelID: id, IncludeAllMetadata: true})
	if err != nil {
		e.Fatal(err)
	}
	slices.Reverse(page.Messages)
	return page.Messages
}

func (e *emulated) texts(to string) []string {
	var out []string
	for _, m := range e.history(to) {
		out = append(out, m.Text)
	}
	return out
}

func (e *emulated) info(room string) slackgo.Channel {
	e.Helper()
	c, err := e.as("holdfast").GetConversationInfo(&slackgo.GetConversationInfoInput{ChannelID: e.id(room)})
	if err != nil {
		e.Fatal(err)
	}
	return *c
}

func (e *emulated) inRoom(room string) []string {
	e.Helper()
	ids, _, err := e.as("holdfast").GetUsersInConversation(&slackgo.GetUsersInConversationParameters{ChannelID: e.id(room)})
	if err != nil {
		e.Fatal(err)
	}
	var in []string
	for _, name := range offeredPeople {
		if name != "holdfast" && slices.Contains(ids, e.members[name]) {
			in = append(in, name)
		}
	}
	return in
}

var (
	ephemeralPart = regexp.MustCompile(`(?s)<h\d[^>]*>\s*Ephemeral\s*</h\d>(.*?)<h\d`)
	tableRow      = regexp.MustCompile(`(?s)<tr>(.*?)</tr>`)
	tableCell     = regexp.MustCompile(`(?s)<td[^>]*>(.*?)</td>`)
	tag           = regexp.MustCompile(`<[^>]*>`)
)

// private reads the page on which the emulator shows what one person alone has
// seen: Slack has no method that tells.
func (e *emulated) private(person string) []string {
	e.Helper()
	part := ephemeralPart.FindStringSubmatch(e.page("messages&channel=" + e.id("ops")))
	if part == nil {
		e.Fatal("the emulator's page has no part for what one person alone has seen")
	}
	var out []string
	for _, row := range tableRow.FindAllStringSubmatch(part[1], -1) {
		cells := tableCell.FindAllStringSubmatch(row[1], -1)
		if len(cells) == 4 && strings.Contains(cells[1][1], person) {
			out = append(out, html.UnescapeString(strings.TrimSpace(tag.ReplaceAllString(cells[2][1], ""))))
		}
	}
	slices.Reverse(out) // the newest stands first
	return out
}

// page is one of those on which the emulator shows what it holds.
func (e *emulated) page(tab string) string {
	e.Helper()
	answer, err := http.Get(e.at + "/?tab=" + tab)
	if err != nil {
		e.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		e.Fatal(err)
	}
	return string(page)
}

func (e *emulated) replies() *Replies {
	e.Helper()
	r, err := NewReplies(e.workspace.client, e.workspace.http, e.at, clock.System{})
	if err != nil {
		e.Fatal(err)
	}
	return r
}
