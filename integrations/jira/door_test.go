package jira_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"holdfast/integrations/jira"
	"holdfast/internal/fault"
	standinjira "holdfast/rehearse/standin/jira"
)

const secret = "correct-horse-battery-staple"

// door is one that notes what it has heard.
type door struct {
	*jira.Door
	heard   []string
	trouble error
	refused []string
}

func openDoor(t *testing.T, secrets ...string) *door {
	t.Helper()
	d := &door{}
	var err error
	d.Door, err = jira.NewDoor(jira.Receiving{Secrets: secrets, Refused: func(why string) { d.refused = append(d.refused, why) },
		Heard: func(_ context.Context, ticket string) error {
			if d.trouble == nil {
				d.heard = append(d.heard, ticket)
			}
			return d.trouble
		}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *door) knock(t *testing.T, body string, signature ...string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/jira", bytes.NewReader([]byte(body)))
	for _, s := range signature {
		r.Header.Add("X-Hub-Signature", s)
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		t.Errorf("it answered %q", w.Body)
	}
	return w.Code
}

const moved = `{"webhookEvent":"jira:issue_updated","issue":{"key":"OPS-3"},"changelog":{"id":"10012"}}`

func TestWhatTheDoorLetsIn(t *testing.T) {
	const older, stranger = "the-secret-of-yesterday-32-chars", "not-the-secret-of-anybody"
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	for sentence, x := range map[string]struct {
		body, signature string
		status          int
		heard           bool
	}{
		"what is signed":                 {moved, standinjira.Sign(secret, []byte(moved)), 202, true},
		"what the old secret has signed": {moved, standinjira.Sign(older, []byte(moved)), 202, true},
		"what a stranger has signed":     {moved, standinjira.Sign(stranger, []byte(moved)), 401, false},
		"another body":                   {moved + " ", standinjira.Sign(secret, []byte(moved)), 401, false},
		"no signature":                   {moved, "", 401, false},
		"half a signature":               {moved, standinjira.Sign(secret, []byte(moved))[:40], 401, false},
		"another method of signing":      {moved, strings.Replace(standinjira.Sign(secret, []byte(moved)), "sha256", "sha1", 1), 401, false},
		"an empty secret's":              {moved, standinjira.Sign("", []byte(moved)), 401, false},
		"more than 256 KiB":              {strings.Repeat("x", 256<<10+1), standinjira.Sign(secret, []byte(strings.Repeat("x", 256<<10+1))), 413, false},
		"deeper than 32":                 {deep, standinjira.Sign(secret, []byte(deep)), 202, true},
		"no JSON":                        {"{", standinjira.Sign(secret, []byte("{")), 202, true},
		"about no ticket":                {`{}`, standinjira.Sign(secret, []byte(`{}`)), 202, false},
		"a key with a query in it":       {`{"issue":{"key":"OPS-1?x=1"}}`, standinjira.Sign(secret, []byte(`{"issue":{"key":"OPS-1?x=1"}}`)), 202, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			d := openDoor(t, secret, older)
			if got := d.knock(t, x.body, x.signature); got != x.status || len(d.heard) == 1 != x.heard {
				t.Errorf("answered %d, heard %q", got, d.heard)
			}
			if len(d.refused) == 0 == (x.status >= 400) {
				t.Errorf("refused %q", d.refused)
			}
		})
	}
}

func TestTheSameWebhookIsHeardOnceOnlyWhenItIsOnRecord(t *testing.T) {
	d := openDoor(t, secret)
	sign := standinjira.Sign(secret, []byte(moved))
	d.trouble = errors.New("the store is down")
	if got := d.knock(t, moved, sign); got != http.StatusServiceUnavailable {
		t.Errorf("trouble of our own is answered %d", got)
	}
	d.trouble = nil
	for range 5 {
		if got := d.knock(t, moved, sign); got != http.StatusAccepted {
			t.Errorf("answered %d", got)
		}
	}
	if len(d.heard) != 1 {
		t.Errorf("heard %q", d.heard)
	}
	if got := d.knock(t, moved, sign, sign); got != http.StatusUnauthorized {
		t.Errorf("two signatures are answered %d", got)
	}
}

func TestADoorWithoutASecretIsNotOpened(t *testing.T) {
	for _, secrets := range [][]string{nil, {""}, {secret, ""}, {"short"}, {secret, secret, secret}} {
		if _, err := jira.NewDoor(jira.Receiving{Secrets: secrets}); fault.CodeOf(err) != fault.Usage {
			t.Errorf("%d secrets: %v", len(secrets), err)
		}
	}
}

func TestOnlyPostsAreTaken(t *testing.T) {
	w := httptest.NewRecorder()
	openDoor(t, secret).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/webhooks/jira", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != http.MethodPost {
		t.Errorf("answered %d", w.Code)
	}
}

func FuzzAnyWebhookIsAnswered(f *testing.F) {
	f.Add(moved)
	f.Add(`{"issue":[{"key":{}}],"changelog":{"id":"x"}}`)
	f.Add("[[[[")
	f.Fuzz(func(t *testing.T, body string) {
		d := openDoor(t, secret)
		got := d.knock(t, body, standinjira.Sign(secret, []byte(body)))
		if got != http.StatusAccepted && got != http.StatusRequestEntityTooLarge || len(d.heard) > 1 {
			t.Errorf("answered %d, heard %q", got, d.heard)
		}
	})
}
