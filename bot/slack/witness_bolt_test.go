//go:build witness

package slack

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/internal/clock"
	standin "holdfast/rehearse/standin/slack"
)

// bolt starts Slack's own receiver and returns where it listens.
func bolt(t *testing.T) string {
	t.Helper()
	return strings.TrimPrefix(begin(t, witnessProgram(t, "bolt.cjs", exampleSecret), "at "), "at ")
}

// verifies is our verifier behind a server of its own, its clock standing at a time.
func verifies(t *testing.T, at time.Time) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			// A verifier that has seen nothing: Bolt forgets what it has seen too.
			err = verifier(t, clock.NewManual(at), exampleSecret).Verify(r.Header, body)
		}
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// deliver writes a request as it stands, which no client library would do, and
// returns the status and the body of the answer.
func deliver(t *testing.T, to, path, media string, h http.Header, body string) (int, string) {
	t.Helper()
	c, err := net.Dial("tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var b strings.Builder
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: app.invalid\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n", path, media, len(body))
	for _, name := range []string{timestampHeader, signatureHeader} {
		for _, v := range h[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", name, v)
		}
	}
	if _, err := io.WriteString(c, b.String()+"\r\n"+body); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func accepted(status int) bool { return status/100 == 2 }

// everyKind is one request of each kind that our stand-in for Slack makes,
// signed now.
func everyKind(t *testing.T) map[string]*http.Request {
	t.Helper()
	w := standin.New(standin.Options{Clock: clock.System{}, SigningSecret: exampleSecret, Unlimited: true})
	served := httptest.NewServer(w)
	t.Cleanup(served.Close)
	w.At(served.URL)
	w.AddUser("alice", standin.User{})
	ops := w.AddChannel("ops", standin.Channel{Members: []string{w.Bot(), "alice"}})
	api := slackgo.New("xoxb-holdfast", slackgo.OptionAPIURL(served.URL+"/api/"))
	button := slackgo.NewButtonBlockElement("run-0", "role claim comms", plainText("Claim comms", 75, ""))
	menu := slackgo.NewOptionsSelectBlockElement("static_select", nil, "run-1", slackgo.NewOptionBlockObject("1", plainText("SEV1", 75, ""), nil))
	_, ts, err := api.PostMessage(ops, slackgo.MsgOptionText("näh & <b>", false), slackgo.MsgOptionBlocks(slackgo.NewActionBlock("b", button, menu)))
	if err != nil {
		t.Fatal(err)
	}
	slash := w.Slash("alice", "ops", "/incident", "näh & <b> = \"x\"\n+ %")
	form, err := sheets.modal(bot.Form{Root: "incident", Verb: "declare", Title: "Declare", Fields: []bot.Field{{Name: "title", Kind: "line"}}}, place{Channel: ops})
	if err != nil {
		t.Fatal(err)
	}
	v, err := api.OpenView(triggerIn(t, slash), form)
	if err != nil {
		t.Fatal(err)
	}
	said := w.Said("alice", ops, "it is slow – 世界 &amp; more")
	all := map[string]*http.Request{
		"a slash command":           slash,
		"a button":                  w.Press("alice", ops, ts, "run-0"),
		"a menu":                    w.Choose("alice", ops, ts, "run-1", "1"),
		"a form":                    w.Submit("alice", v.ID, map[string]string{"declare/title": "checkout ☠ failing"}),
		"a shortcut":                w.Shortcut("alice", "declare", "", ""),
		"the menu of a message":     w.Shortcut("alice", "note_from", ops, ts),
		"a message":                 said,
		"a mention":                 w.Mention("alice", ops, "note x"),
		"a reaction":                w.React("alice", "pushpin", ops, ts),
		"a reaction taken back":     w.Unreact("alice", "pushpin", ops, ts),
		"an edited message":         w.Edited(ops, ts, "changed"),
		"the opened home":           w.OpenedHome("alice"),
		"a message sent again":      w.Again(said, 1, "http_timeout"),
		"the address being checked": w.URLVerification("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"),
	}
	all["a form that is closed"] = w.Cancel("alice", v.ID)
	return all
}

// triggerIn is the trigger of a command, which a form is opened with.
func triggerIn(t *testing.T, r *http.Request) string {
	t.Helper()
	q, err := url.ParseQuery(read(t, r))
	if err != nil {
		t.Fatal(err)
	}
	return q.Get("trigger_id")
}

func read(t *testing.T, r *http.Request) string {
	t.Helper()
	again, err := r.GetBody()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(again)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWitnessBoltAcceptsWhatTheStandinSigns(t *testing.T) {
	theirs, own := bolt(t), verifies(t, clock.System{}.Now())
	all := everyKind(t)
	for _, sentence := range slices.Sorted(maps.Keys(all)) {
		t.Run(sentence, func(t *testing.T) {
			r := all[sentence]
			body := read(t, r)
			status, text := deliver(t, theirs, r.URL.Path, r.Header.Get("Content-Type"), r.Header, body)
			if !accepted(status) {
				t.Errorf("Bolt answers %d %s", status, text)
			}
			if status, _ := deliver(t, own, r.URL.Path, r.Header.Get("Content-Type"), r.Header, body); !accepted(status) {
				t.Errorf("ours answers %d", status)
			}
			var asked struct{ Challenge string }
			if json.Unmarshal([]byte(body), &asked) == nil && asked.Challenge != "" && !strings.Contains(text, asked.Challenge) {
				t.Errorf("the challenge is not answered: %s", text)
			}
		})
	}
}

// lenient is what Bolt takes and ours does not. Each has been signed with the
// secret, so none of it is an attack by somebody who does not have it: Bolt
// reads a timestamp as any number, and asks only that it is not old.
var lenient = map[string]string{
	"a signed plus":       "Bolt reads +N as N",
	"a zero before":       "Bolt reads 0N as N",
	"a fraction":          "Bolt reads N.0 as N",
	"a hexadecimal time":  "Bolt reads 0xN as a number",
	"from the future":     "Bolt knows no limit in the future",
	"far from the future": "Bolt knows no limit in the future",
}

// trimmed are no forgeries once they are on the wire, where blanks around the
// value of a header are no part of it.
var trimmed = []string{"a blank behind", "a blank before"}

func TestWitnessBoltRefusesTheForgeriesThatOursRefuses(t *testing.T) {
	theirs := bolt(t)
	for sentence, r := range everyKind(t) {
		t.Run(sentence, func(t *testing.T) {
			at := clock.System{}.Now()
			own := verifies(t, at)
			seed := rand.Uint64()
			all := forgeries(exampleSecret, at, read(t, r), rand.New(rand.NewPCG(seed, 0)))
			refused, taken := 0, map[string]bool{}
			for _, how := range slices.Sorted(maps.Keys(all)) {
				f := all[how]
				theirStatus, _ := deliver(t, theirs, r.URL.Path, r.Header.Get("Content-Type"), f.header, f.body)
				ourStatus, _ := deliver(t, own, r.URL.Path, r.Header.Get("Content-Type"), f.header, f.body)
				genuine := slices.Contains(trimmed, how)
				switch {
				case accepted(ourStatus) != genuine:
					t.Errorf("seed %d, %s: ours answers %d", seed, how, ourStatus)
				case accepted(theirStatus) == accepted(ourStatus):
					refused++
				case lenient[how] != "" && accepted(theirStatus):
					taken[how] = true
				default:
					t.Errorf("seed %d, %s: Bolt answers %d, ours %d", seed, how, theirStatus, ourStatus)
				}
			}
			for how := range lenient {
				if !taken[how] {
					t.Errorf("Bolt has become strict about %s: strike it from the list", how)
				}
			}
			t.Logf("NOTE %d verdicts are the same", refused)
		})
	}
	for _, how := range slices.Sorted(maps.Keys(lenient)) {
		t.Logf("NOTE ours is stricter, by intent, with %s: %s", how, lenient[how])
	}
}
