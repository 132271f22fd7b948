package slack

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"holdfast/bot"
	"holdfast/internal/plaintext"
)

// wellFormed are deliveries that ask for something, by the path they come to.
func wellFormed(t testing.TB) map[string][]string {
	t.Helper()
	sent, err := sheets.modal(bot.Form{Root: "incident", Verb: "declare", Title: "Declare", Fields: []bot.Field{{Name: "title", Kind: "line"}}}, place{Channel: "C1"})
	if err != nil {
		t.Fatal(err)
	}
	message := map[string]any{"type": "message_action", "callback_id": "note_from", "action_ts": "9.1", "channel": map[string]any{"id": "C1"},
		"message": map[string]any{"type": "message", "user": "U2", "ts": "1531420618.000100", "text": "x <@U2|b> <#C1> <http://x.example|x.example> &amp;",
			"blocks": []any{map[string]any{"type": "rich_text", "elements": []any{map[string]any{"type": "rich_text_section"}}}, map[string]any{"type": "new"}}}}
	return map[string][]string{
		"/slack/commands": {slashBody(`declare "x" <@U2>`), slashBody("", "ssl_check", "1")},
		"/slack/interactions": {interactionBody(press("role claim commander")), interactionBody(message),
			interactionBody(map[string]any{"type": "shortcut", "callback_id": "declare", "action_ts": "9.1"}), interactionBody(map[string]any{"type": "view_closed"}),
			interactionBody(map[string]any{"type": "view_submission", "view": map[string]any{"id": "V1", "hash": "1.h", "type": "modal", "private_metadata": sent.PrivateMetadata, "callback_id": sent.CallbackID,
				"state": map[string]any{"values": map[string]any{"b": map[string]any{"a": map[string]any{"type": "plain_text_input", "value": "x"}}}}}})},
		"/slack/options": {interactionBody(map[string]any{"type": "block_suggestion", "action_id": "who", "value": "al"})},
		"/slack/events": {`{"type":"url_verification","challenge":"3eZb"}`, eventBody("Ev1", react("reaction_added", "pushpin")), eventBody("Ev2", react("reaction_removed", "pushpin")),
			eventBody("Ev3", map[string]any{"type": "message", "user": "U1", "channel": "C1", "text": "!inc note x", "ts": "1.2"}),
			eventBody("Ev4", map[string]any{"type": "app_mention", "user": "U1", "channel": "C1", "text": "<@UBOT> note x", "ts": "1.2"}),
			eventBody("Ev5", map[string]any{"type": "message", "subtype": "message_changed", "channel": "C1", "message": map[string]any{"text": "a"}, "previous_message": map[string]any{"text": "b", "user": "U1"}}),
			eventBody("Ev6", map[string]any{"type": "channel_rename", "channel": map[string]any{"id": "C1", "name": "x"}}),
			eventBody("Ev7", map[string]any{"type": "app_home_opened", "user": "U1", "tab": "home"})},
	}
}

// sheets are the forms of the people in these tests.
var sheets = forms{account: people{}.Account, person: people{}.Person}

// spoilt changes a body so that it is probably nothing any more.
func spoilt(random *rand.Rand, body string) string {
	shapes := []string{`null`, `[]`, `{}`, `""`, `0`, `-1e999`, `"\ud800"`, strings.Repeat(`[`, 100), strings.Repeat(`{"a":`, 40), "\x00", "<@>", "<@|>", "<#", "<!^>", "<|>", "%", "%zz", ";"}
	payload, isForm := "", strings.HasPrefix(body, "payload=")
	if isForm {
		v, err := url.ParseQuery(body)
		if err != nil {
			panic(err)
		}
		payload = v.Get("payload")
	}
	target := body
	if isForm && random.IntN(10) > 0 {
		target = payload
	}
	b := []byte(target)
	for range 1 + random.IntN(4) {
		at := random.IntN(len(b) + 1)
		switch random.IntN(5) {
		case 0:
			b = b[:at]
		case 1:
			b = append(b[:at:at], append([]byte(shapes[random.IntN(len(shapes))]), b[at:]...)...)
		case 2:
			if at < len(b) {
				b[at] = byte(random.IntN(256))
			}
		case 3:
			// A value becomes one of another kind.
			b = replaceValue(random, b, shapes[random.IntN(7)])
		case 4:
			to := at + random.IntN(len(b)-at+1)
			b = append(b[:at:at], b[to:]...)
		}
	}
	if isForm && target == payload {
		return url.Values{"payload": {string(b)}}.Encode()
	}
	return string(b)
}

func replaceValue(random *rand.Rand, b []byte, with string) []byte {
	var tree any
	if json.Unmarshal(b, &tree) != nil {
		return b
	}
	if out, err := json.Marshal(exchange(random, tree, json.RawMessage(with))); err == nil {
		return out
	}
	return b
}

func exchange(random *rand.Rand, tree any, with json.RawMessage) any {
	switch node := tree.(type) {
	case map[string]any:
		for k, v := range node {
			if random.IntN(4) == 0 {
				node[k] = with
			} else {
				node[k] = exchange(random, v, with)
			}
		}
	case []any:
		for i, v := range node {
			if random.IntN(3) == 0 {
				node[i] = with
			} else {
				node[i] = exchange(random, v, with)
			}
		}
	}
	return tree
}

func TestTenThousandHostileBodiesEndNothing(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	o := open(t)
	all := wellFormed(t)
	paths := slices.Sorted(maps.Keys(all))
	for i := range 10_000 {
		path := paths[random.IntN(len(paths))]
		body := spoilt(random, all[path][random.IntN(len(all[path]))])
		// Signed, as by a Slack that has gone mad; half of them are not.
		var w int
		if random.IntN(2) == 0 {
			w = o.post(path, body).Code
		} else if w = o.send(path, body, http.Header{timestampHeader: {body[:min(len(body), 12)]}, signatureHeader: {"v0=" + body[:min(len(body), 64)]}}).Code; w != 401 {
			t.Fatalf("seed %d, round %d: an unsigned body gets %d", seed, i, w)
		}
		if w != 200 && w != 401 && w != 503 {
			t.Fatalf("seed %d, round %d: %s answers %d to %q", seed, i, path, w, body)
		}
	}
	o.settle()
	if logged := o.log.String(); strings.Contains(logged, "panicked") {
		t.Errorf("seed %d: something panicked: %s", seed, logged[strings.Index(logged, "panicked"):][:500])
	}
	if len(o.r.slots) > 0 {
		t.Errorf("seed %d: %d places are taken for ever", seed, len(o.r.slots))
	}
	if len(o.desk.requests()) == 0 {
		t.Errorf("seed %d: none of them was read at all", seed)
	}
}

func TestANestedBodyIsNotRead(t *testing.T) {
	for body, want := range map[string]bool{
		strings.Repeat("[", plaintext.Deepest) + strings.Repeat("]", plaintext.Deepest):     true,
		strings.Repeat("[", plaintext.Deepest+1) + strings.Repeat("]", plaintext.Deepest+1): false,
		`"` + strings.Repeat("[", 100) + `\"{{{{"`:                                          true,
		strings.Repeat(`{"a":[],"b":"\\"},`, 100):                                           true,
	} {
		if got := plaintext.Shallow([]byte(body)); got != want {
			t.Errorf("%.60s: %v", body, got)
		}
	}
}

func fuzzReader() *reader {
	return &reader{team: team, app: app, self: self, roots: map[string]string{"incident": "incident", "inc": "incident"},
		reactions: NewReactions(DefaultReactions(), nil), directory: people{}, forms: sheets}
}

func FuzzInteractions(f *testing.F) {
	for _, body := range wellFormed(f)["/slack/interactions"] {
		v, err := url.ParseQuery(body)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(v.Get("payload")))
	}
	r := fuzzReader()
	f.Fuzz(func(t *testing.T, payload []byte) {
		d, err := r.interaction(payload)
		checkRead(t, d, err)
	})
}

func FuzzEvents(f *testing.F) {
	for _, body := range wellFormed(f)["/slack/events"] {
		f.Add([]byte(body))
	}
	r := fuzzReader()
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := r.envelope(payload)
		if err != nil {
			return
		}
		d, err := r.event(e)
		checkRead(t, d, err)
	})
}

// checkRead holds what was read to what everybody behind relies on.
func checkRead(t *testing.T, d delivery, err error) {
	t.Helper()
	if err != nil || d.request.Delivery == "" {
		return
	}
	if q := d.request; !strings.HasPrefix(q.Delivery, "slack:"+team+":") || q.Person == "" || q.Platform != Name || q.Origin == "" {
		t.Errorf("an incomplete request: %+v", q)
	}
}
