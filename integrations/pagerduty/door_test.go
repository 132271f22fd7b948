package pagerduty_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"holdfast/integrations/pagerduty"
	"holdfast/internal/fault"
	simulated "holdfast/rehearse/standin/pagerduty"
)

// listener is what is behind a door.
type listener struct {
	looked  []pagerduty.Hint
	refused []string
	fails   error
}

func (l *listener) door(t *testing.T, secrets ...string) *pagerduty.Door {
	t.Helper()
	d, err := pagerduty.NewDoor(pagerduty.DoorOptions{Secrets: secrets, Log: slog.New(slog.DiscardHandler),
		Refused: func(why string) { l.refused = append(l.refused, why) },
		Look: func(_ context.Context, h pagerduty.Hint) error {
			if l.fails == nil {
				l.looked = append(l.looked, h)
			}
			return l.fails
		}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func knock(d http.Handler, method, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, "/webhooks/pagerduty", strings.NewReader(body))
	for _, h := range headers {
		r.Header.Add("X-PagerDuty-Signature", h)
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

const acknowledged = `{"event":{"id":"01CHK","event_type":"incident.acknowledged","resource_type":"incident","occurred_at":"2026-11-02T10:01:00Z",` +
	`"agent":null,"client":null,"data":{"id":"Q000001","type":"incident","incident_key":"INC-1/page:team:dba","priority":null,"status":"acknowledged"}}}`

func TestWhileSecretsAreRotatedEveryOrderOfSignaturesIsTaken(t *testing.T) {
	const older = "the-secret-before-of-pagerduty"
	of := func(secrets ...string) string { return simulated.Signature([]byte(acknowledged), secrets...) }
	for sentence, test := range map[string]struct {
		headers []string
		status  int
	}{
		"the new one":                    {[]string{of(secret)}, 202},
		"the old one":                    {[]string{of(older)}, 202},
		"both":                           {[]string{of(older, secret)}, 202},
		"a strange one first":            {[]string{of("stranger-stranger", secret)}, 202},
		"with blanks between":            {[]string{" " + strings.ReplaceAll(of("stranger-stranger", secret), ",", " , ")}, 202},
		"in two headers":                 {[]string{of("stranger-stranger"), of(secret)}, 202},
		"with a version of the future":   {[]string{"v2=abc," + of(secret)}, 202},
		"a strange one alone":            {[]string{of("stranger-stranger")}, 401},
		"an empty secret":                {[]string{of("")}, 401},
		"an empty value":                 {[]string{"v1="}, 401},
		"none":                           {nil, 401},
		"hidden behind a hundred others": {[]string{strings.Repeat("v1=00,", 100) + of(secret)}, 401},
	} {
		t.Run(sentence, func(t *testing.T) {
			var l listener
			w := knock(l.door(t, secret, older), http.MethodPost, acknowledged, test.headers...)
			if w.Code != test.status || w.Body.Len() != 0 || len(l.looked) != map[int]int{202: 1, 401: 0}[test.status] {
				t.Errorf("answered %d %q, looked %v", w.Code, w.Body, l.looked)
			}
		})
	}
}

func TestAWebhookIsLookedAtOnceHoweverOftenItComes(t *testing.T) {
	var l listener
	d := l.door(t, secret)
	for range 5 {
		if w := knock(d, http.MethodPost, acknowledged, simulated.Signature([]byte(acknowledged), secret)); w.Code != http.StatusAccepted {
			t.Errorf("answered %d", w.Code)
		}
	}
	if want := (pagerduty.Hint{Incident: "Q000001", Key: "INC-1/page:team:dba"}); len(l.looked) != 1 || l.looked[0] != want {
		t.Errorf("looked at %+v", l.looked)
	}
}

func TestATroubleOfOursHasPagerDutySendItAgain(t *testing.T) {
	l := listener{fails: errors.New("the store does not answer")}
	d := l.door(t, secret)
	sign := simulated.Signature([]byte(acknowledged), secret)
	if w := knock(d, http.MethodPost, acknowledged, sign); w.Code != http.StatusServiceUnavailable || w.Body.Len() != 0 {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
	l.fails = nil
	if w := knock(d, http.MethodPost, acknowledged, sign); w.Code != http.StatusAccepted || len(l.looked) != 1 {
		t.Errorf("answered %d, looked %v", w.Code, l.looked)
	}
}

func TestWhatPagerDutySignsAndNobodyUnderstandsIsLookedAtEverywhere(t *testing.T) {
	for sentence, test := range map[string]struct {
		body   string
		looked int
	}{
		"no JSON":                   {`{"event":`, 1},
		"nested without end":        {strings.Repeat(`{"event":`, 40) + "1" + strings.Repeat("}", 40), 1},
		"an id that is a number":    {`{"event":{"id":7}}`, 1},
		"an incident's note":        {`{"event":{"id":"a","event_type":"incident.annotated","data":{"id":"Q000001","type":"incident_note"}}}`, 0},
		"a service":                 {`{"event":{"id":"a","event_type":"service.updated","data":{"id":"PSVCALL","type":"service"}}}`, 0},
		"a ping":                    {`{"event":{"id":"a","event_type":"pagey.ping","data":{"message":"Hello","type":"ping"}}}`, 0},
		"an incident without a key": {`{"event":{"id":"a","event_type":"incident.resolved","data":{"id":"Q000001","type":"incident","incident_key":null}}}`, 1},
		"an id that is a path":      {`{"event":{"id":"a","event_type":"incident.resolved","data":{"id":"../users","type":"incident"}}}`, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			var l listener
			w := knock(l.door(t, secret), http.MethodPost, test.body, simulated.Signature([]byte(test.body), secret))
			if w.Code != http.StatusAccepted || len(l.looked) != test.looked {
				t.Errorf("answered %d, looked %v", w.Code, l.looked)
			}
		})
	}
}

func TestWhatIsTooLargeIsNotReadToItsEnd(t *testing.T) {
	var l listener
	d := l.door(t, secret)
	for size, status := range map[int]int{320 << 10: 202, 320<<10 + 1: 413} {
		body := acknowledged + strings.Repeat(" ", size-len(acknowledged))
		if w := knock(d, http.MethodPost, body, simulated.Signature([]byte(body), secret)); w.Code != status {
			t.Errorf("%d bytes are answered %d", size, w.Code)
		}
	}
	if w := knock(d, http.MethodGet, ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("a GET is answered %d", w.Code)
	}
}

func TestADoorWithoutASecretIsNotOpened(t *testing.T) {
	for _, secrets := range [][]string{nil, {""}, {secret, ""}, {"short"}, {secret, secret, secret}} {
		if _, err := pagerduty.NewDoor(pagerduty.DoorOptions{Secrets: secrets}); fault.CodeOf(err) != fault.Usage || fault.From(err).Next == "" {
			t.Errorf("%q: %v", secrets, err)
		}
	}
}

func FuzzWebhook(f *testing.F) {
	for _, seed := range []string{acknowledged, `{}`, `[]`, `null`, `{"event":{"data":{"id":"\ud800"}}}`, `"`, `{"event":null}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var l listener
		w := knock(l.door(t, secret), http.MethodPost, string(body), simulated.Signature(body, secret))
		if w.Code != http.StatusAccepted || w.Body.Len() != 0 || len(l.looked) > 1 {
			t.Errorf("%q is answered %d %q, looked %v", body, w.Code, w.Body, l.looked)
		}
		if w := knock(l.door(t, secret), http.MethodPost, string(body), "v1=00"); w.Code != http.StatusUnauthorized {
			t.Errorf("%q is let in unsigned: %d", body, w.Code)
		}
	})
}
