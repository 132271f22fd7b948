package webhook_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/integrations/webhook"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/rehearse/standin"
)

var page = integrations.PageRequest{Key: "INC-1/page:team:app", Target: "team:app", Summary: "INC-1 SEV1: checkout failing", Severity: 1, Incident: "INC-1"}

func TestWhileSecretsAreRotatedEitherIsAccepted(t *testing.T) {
	const newer, stranger = "a-newer-secret-of-32-characters!", "not-the-secret-of-anybody"
	for sentence, test := range map[string]struct {
		secrets  []string
		accepted bool
	}{
		"the old one alone":    {[]string{secret}, true},
		"the new and the old":  {[]string{newer, secret}, true},
		"the old and the new":  {[]string{secret, newer}, true},
		"the new one too soon": {[]string{newer}, false},
		"that of a stranger":   {[]string{stranger}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			o := w.options("/pager")
			o.Secrets = test.secrets
			p := w.openPager(t, o)
			_, err := p.Page(t.Context(), page)
			var refused *integrations.Unauthorized
			if (err == nil) != test.accepted || err != nil && (!errors.As(err, &refused) || fault.From(err).Permanent) {
				t.Errorf("got %v", err)
			}
			if _, found, err := p.Find(t.Context(), page.Key); found != test.accepted || (err == nil) != test.accepted {
				t.Errorf("found: %v, %v", found, err)
			}
		})
	}
}

func TestAnOldSignatureIsNotAccepted(t *testing.T) {
	w := newWorld(t)
	behind := clock.NewManual(start)
	o := w.options("/pager")
	o.Clock = behind
	p := w.openPager(t, o)
	w.clock.Add(5 * time.Minute)
	if _, err := p.Page(t.Context(), page); err != nil {
		t.Errorf("five minutes: %v", err)
	}
	w.clock.Add(time.Second)
	if _, err := p.Page(t.Context(), page); err == nil {
		t.Error("older than five minutes, and accepted")
	}
}

func TestOneIncidentIsTiedToTwoTicketsByTwoKeys(t *testing.T) {
	w := newWorld(t)
	k := w.openTracker(t, w.options("/tracker"))
	for _, ticket := range []string{"OPS-1", "OPS-2", "OPS-1"} {
		if err := k.Link(t.Context(), ticket, "INC-1", "holdfast:INC-1"); err != nil {
			t.Fatal(err)
		}
	}
	var keys []string
	for _, c := range w.Calls() {
		keys = append(keys, c.Key)
	}
	if want := []string{"holdfast:INC-1/OPS-1", "holdfast:INC-1/OPS-2", "holdfast:INC-1/OPS-1"}; !slices.Equal(keys, want) {
		t.Errorf("the keys are %q", keys)
	}
	if n := w.of(standin.Link)(); n != 2 {
		t.Errorf("%d links were made", n)
	}
}

func TestAnyKeyTravelsInAHeaderAndAQuery(t *testing.T) {
	w := newWorld(t)
	p := w.openPager(t, w.options("/pager?tenant=a%20b&x"))
	for _, key := range []string{"INC-1/page:@dan", "50% off", "a&key=b#c", "drehstuhl-größe", "line\r\nend", "%41"} {
		r := page
		r.Key = key
		id, err := p.Page(t.Context(), r)
		if err != nil {
			t.Errorf("%q: %v", key, err)
			continue
		}
		if found, ok, err := p.Find(t.Context(), key); !ok || err != nil || found != id {
			t.Errorf("%q is found as %q, %v, %v; want %s", key, found, ok, err, id)
		}
	}
}

// answering is an endpoint that gives one answer to everything.
func answering(t *testing.T, status int, media, body string) (*webhook.Pager, *webhook.Tracker) {
	t.Helper()
	server, err := standin.Serve(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", media)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	w := newWorld(t)
	w.url = strings.Replace(server.URL, "//", "//user:hunter2@", 1)
	o := w.options("/x?token=hunter2")
	return w.openPager(t, o), w.openTracker(t, o)
}

func TestWhatAnAnswerMeans(t *testing.T) {
	for sentence, test := range map[string]struct {
		status      int
		media, body string
		ends, sure  bool // no try can mend it; a lookup may conclude that there is nothing
		says        string
	}{
		"a sentence with 400 ends it":           {400, "application/json", `{"error":"severity 9?"}`, true, false, "(400): severity 9?"},
		"a sentence with 404 ends it":           {404, "application/json", `{"error":"no team \"app\""}`, true, true, `(404): no team "app"`},
		"a sentence with 422 ends it":           {422, "application/json", `{"error":"no\u202e\n password=hunter2"}`, true, false, "(422): no password=[redacted password]"},
		"404 in JSON without a sentence":        {404, "application/json", `{}`, false, true, "it answered 404"},
		"404 of a proxy":                        {404, "text/html", `<html>hunter2</html>`, false, false, "it answered 404"},
		"404 of a plain web server":             {404, "text/plain", "404 page not found\n", false, false, "it answered 404"},
		"a sentence with 500 is only shown":     {500, "application/json", `{"error":"disk full"}`, false, false, "it answered 500: disk full"},
		"a sentence with 409 is only shown":     {409, "application/json", `{"error":"busy"}`, false, false, "it answered 409: busy"},
		"a redirect":                            {308, "text/html", "", false, false, "a redirect, which is not followed"},
		"200 with a page of a proxy":            {200, "text/html", `<html>hunter2</html>`, false, false, "its answer is no JSON object"},
		"200 without an id":                     {200, "application/json", `{"ok":true}`, false, false, "its answer has no id"},
		"204 without anything":                  {204, "application/json", ``, false, false, "its answer is no JSON object"},
		"200 that is endless":                   {200, "application/json", `{"id":"` + strings.Repeat("x", 2<<20), false, false, "its answer is longer than 1 MiB"},
		"401 is a matter of the secret":         {401, "application/json", `{"error":"who?"}`, false, false, "answered 401: it does not accept Holdfast's credentials"},
		"403 is one too":                        {403, "text/html", ``, false, false, "answered 403: it does not accept Holdfast's credentials"},
		"429 that does not say when":            {429, "application/json", `{"error":"slow down"}`, false, false, "it answered 429: slow down"},
		"503 that does not say when":            {503, "text/html", `<html>`, false, false, "it answered 503"},
		"a long sentence is cut":                {400, "application/json", `{"error":"` + strings.Repeat("long ", 100) + `"}`, true, false, "long…"},
		"an error that is no text says nothing": {400, "application/json", `{"error":{"code":7}}`, false, false, "it answered 400"},
	} {
		t.Run(sentence, func(t *testing.T) {
			p, k := answering(t, test.status, test.media, test.body)
			_, paged := p.Page(t.Context(), page)
			_, opened := k.Create(t.Context(), integrations.NewTicket{Key: "k", Project: "OPS", Title: "t"})
			for _, err := range []error{paged, opened, k.Link(t.Context(), "OPS-1", "INC-1", "g"), k.Comment(t.Context(), "OPS-1", "t", "k")} {
				if err == nil {
					t.Fatal("it is no error")
				}
				f := fault.From(err)
				text := err.Error()
				if f.Permanent {
					text = f.Text
				}
				if f.Permanent != test.ends || !strings.Contains(text, test.says) || test.ends && f.Next == "" {
					t.Errorf("ends: %v; %v", f.Permanent, err)
				}
				if strings.Contains(text, "hunter2") || !strings.Contains(text, "webhook at 127.0.0.1") {
					t.Errorf("it says: %s", text)
				}
			}
			if _, found, err := p.Find(t.Context(), "k"); found || (err == nil) != test.sure {
				t.Errorf("a lookup says %v, %v", found, err)
			}
		})
	}
}

func TestAPageThatWasTakenIsFoundAfterItsAnswerCouldNotBeRead(t *testing.T) {
	w := newWorld(t)
	o := w.options("/pager")
	p := w.openPager(t, o)
	failing(t, w.pager.Faults)(standin.LostReply, 1)
	if id, err := p.Page(t.Context(), page); err == nil {
		t.Fatalf("the lost reply came as %s", id)
	}
	if n := len(w.Calls()); n != 1 {
		t.Errorf("it was sent %d times", n)
	}
	if id, found, err := p.Find(t.Context(), page.Key); !found || err != nil || id != "PG-1" {
		t.Errorf("found %q, %v, %v", id, found, err)
	}
}

func TestAWebhookThatCannotBeUsedIsRefusedAtOnce(t *testing.T) {
	w := newWorld(t)
	for sentence, spoil := range map[string]func(o *webhook.Options){
		"without a URL":        func(o *webhook.Options) { o.URL = "" },
		"a URL of another way": func(o *webhook.Options) { o.URL = "ftp://user:hunter2@pager.example/" },
		"without a secret":     func(o *webhook.Options) { o.Secrets = nil },
		"an empty secret":      func(o *webhook.Options) { o.Secrets = []string{""} },
		"a short secret":       func(o *webhook.Options) { o.Secrets = []string{secret, "hunter2"} },
		"three secrets":        func(o *webhook.Options) { o.Secrets = []string{secret, secret, secret} },
	} {
		t.Run(sentence, func(t *testing.T) {
			o := w.options("/x")
			spoil(&o)
			_, err := webhook.NewPager(o)
			_, also := webhook.NewTracker(o)
			for _, err := range []error{err, also} {
				if fault.CodeOf(err) != fault.Usage || fault.From(err).Next == "" || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}
