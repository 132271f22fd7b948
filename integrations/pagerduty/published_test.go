package pagerduty_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	api "github.com/PagerDuty/go-pagerduty"
)

// The stand-in refuses what PagerDuty does not publish, so that the other tests
// mean something. What the library sends by itself is among it.
func TestTheStandInRefusesWhatPagerDutyDoesNotPublish(t *testing.T) {
	const event, incident = `{"routing_key":"` + routingKey + `","event_action":"trigger","payload":{"summary":"s","source":"h","severity":"info"}}`,
		`{"incident":{"type":"incident","title":"t","service":{"id":"PSVCALL","type":"service_reference"}}}`
	for sentence, test := range map[string]struct {
		method, path, from, body string
		status                   int
		why                      string
	}{
		"an event":                 {"POST", "/v2/enqueue", "", event, 202, ""},
		"a fifth severity":         {"POST", "/v2/enqueue", "", strings.Replace(event, `"info"`, `"fatal"`, 1), 400, `payload.severity is "fatal"`},
		"an event without source":  {"POST", "/v2/enqueue", "", strings.Replace(event, `"source":"h",`, ``, 1), 400, "payload.source is missing"},
		"an event's unknown field": {"POST", "/v2/enqueue", "", strings.Replace(event, `{"r`, `{"urgency":"high","r`, 1), 400, "no field .urgency"},
		"an incident":              {"POST", "/incidents", "dan@northbridge.example", incident, 201, ""},
		"no From header":           {"POST", "/incidents", "", incident, 400, "From header"},
		"a stranger":               {"POST", "/incidents", "eve@northbridge.example", incident, 400, "From header"},
		"a priority that is null":  {"POST", "/incidents", "dan@northbridge.example", strings.Replace(incident, `"t",`, `"t","priority":null,`, 1), 400, "incident.priority is no object"},
		"an unknown field":         {"POST", "/incidents", "dan@northbridge.example", strings.Replace(incident, `"t",`, `"t","severity":"critical",`, 1), 400, "no field incident.severity"},
		"an urgency of its own":    {"POST", "/incidents", "dan@northbridge.example", strings.Replace(incident, `"t",`, `"t","urgency":"critical",`, 1), 400, "incident.urgency"},
		"no type":                  {"POST", "/incidents", "dan@northbridge.example", strings.Replace(incident, `"type":"incident",`, ``, 1), 400, "incident.type is missing"},
		"a note without From":      {"POST", "/incidents/Q000001/notes", "", `{"note":{"content":"x"}}`, 400, "From header"},
		"a note's unknown field":   {"POST", "/incidents/Q000001/notes", "dan@northbridge.example", `{"note":{"content":"x","pinned":true}}`, 400, "no field note.pinned"},
		"an empty note":            {"POST", "/incidents/Q000001/notes", "dan@northbridge.example", `{"note":{"content":""}}`, 400, "note.content is no text"},
		"a note on nothing":        {"POST", "/incidents/Q000001/notes", "dan@northbridge.example", `{"note":{"content":"x"}}`, 404, ""},
		"an update in a wrapping":  {"POST", "/incidents/Q000001/status_updates", "dan@northbridge.example", `{"status_update":{"message":"x"}}`, 400, "no field .status_update"},
		"an update without From":   {"POST", "/incidents/Q000001/status_updates", "", `{"message":"x"}`, 400, "From header"},
		"a list by a wrong filter": {"GET", "/incidents?dedup_key=x", "", "", 400, "no parameter dedup_key"},
		"too much at once":         {"GET", "/oncalls?limit=101", "", "", 400, "more than 100"},
		"a call there is not":      {"GET", "/incidents/Q000001/status", "", "", 404, "no such call"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newLenientWorld(t)
			r, err := http.NewRequestWithContext(t.Context(), test.method, w.url+test.path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Token token="+restKey)
			r.Header.Set("Accept", "application/vnd.pagerduty+json;version=2")
			r.Header.Set("From", test.from)
			resp, err := w.http.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != test.status {
				t.Errorf("answered %d %s, %v", resp.StatusCode, body, err)
			}
			said := strings.Join(w.Misuses(), "")
			if (said == "") != (test.why == "") || !strings.Contains(said, test.why) {
				t.Errorf("it says %q", said)
			}
		})
	}
}

// The traps of the library that this package goes around. When one of these
// fails, the library has been mended.
func TestWhyTheLibraryIsNotTrustedWithEverything(t *testing.T) {
	w := newLenientWorld(t)
	c := api.NewClient(restKey, api.WithAPIEndpoint(w.url))
	c.HTTPClient = w.http
	_, err := c.CreateIncidentWithContext(t.Context(), "dan@northbridge.example", &api.CreateIncidentOptions{Title: "t", Service: &api.APIReference{ID: "PSVCALL", Type: "service_reference"}})
	if err == nil || !strings.Contains(strings.Join(w.Misuses(), ""), "incident.priority is no object") {
		t.Errorf("an incident without a priority: %v, %q", err, w.Misuses())
	}
	_, err = c.CreateIncidentNoteWithContext(t.Context(), "Q000001", api.IncidentNote{Content: "x"})
	if err == nil {
		t.Error("a note without From was taken")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.ListIncidentsWithContext(ctx, api.ListIncidentsOptions{}); err == nil || strings.Contains(err.Error(), restKey) {
		t.Errorf("a call that was given up: %v", err)
	}
}
