package statuspage_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// What Statuspage publishes of its API (developer.statuspage.io), held by what
// the stand-in takes and refuses, so that the other tests mean something:
//
//   - the base is https://api.statuspage.io/v1, the header Authorization holds
//     "OAuth" and the key, bodies are JSON, an incident stands under "incident";
//   - an incident is begun by POST .../incidents (201) and changed by PATCH
//     .../incidents/ID (200); a name has at most 255 characters, a body 25,000;
//   - its statuses are investigating, identified, monitoring and resolved; those
//     of components operational, degraded_performance, partial_outage,
//     major_outage and under_maintenance, sent as an object by id;
//   - metadata is an object of objects; q searches names and texts, not it;
//   - lists give 100 at most: incidents by limit and page, components by
//     per_page and page;
//   - one call a second and key, in a window of a minute; too many are answered
//     420 or 429 with Retry-After, since 2021 the second.
func TestTheStandInRefusesWhatStatuspageDoesNotPublish(t *testing.T) {
	const incident = `{"incident":{"name":"n","status":"investigating","body":"b","components":{"` + portal + `":"major_outage"},"component_ids":["` + portal + `"],"deliver_notifications":true,"metadata":{"holdfast":{"incident":"a","last":"a1"}}}}`
	for sentence, test := range map[string]struct {
		method, path, auth, body string
		status                   int
		says                     string
	}{
		"an incident":                 {"POST", "/incidents", "OAuth " + token, incident, 201, `"status":"investigating"`},
		"a key without OAuth":         {"POST", "/incidents", "Bearer " + token, incident, 401, "Could not authenticate"},
		"no key":                      {"POST", "/incidents", "", incident, 401, "Could not authenticate"},
		"an incident without a name":  {"POST", "/incidents", "OAuth " + token, strings.Replace(incident, `"name":"n",`, ``, 1), 422, "Name can't be blank"},
		"a fifth status":              {"POST", "/incidents", "OAuth " + token, strings.Replace(incident, "investigating", "recovering", 1), 422, "not included in the list"},
		"a sixth state of components": {"POST", "/incidents", "OAuth " + token, strings.Replace(incident, "major_outage", "broken", 1), 422, "cannot be broken"},
		"a component of another page": {"POST", "/incidents", "OAuth " + token, strings.ReplaceAll(incident, portal, "other"), 422, "Component other does not belong"},
		"metadata that is flat":       {"POST", "/incidents", "OAuth " + token, strings.Replace(incident, `{"incident":"a","last":"a1"}`, `"a"`, 1), 422, "object of objects"},
		"an unknown field":            {"POST", "/incidents", "OAuth " + token, strings.Replace(incident, `"body"`, `"message"`, 1), 400, "message"},
		"a body that is not wrapped":  {"POST", "/incidents", "OAuth " + token, `{"name":"n"}`, 400, "name"},
		"a null name":                 {"POST", "/incidents", "OAuth " + token, strings.Replace(incident, `"n"`, `null`, 1), 422, "Name can't be blank"},
		"too many rows":               {"GET", "/incidents?limit=101", "OAuth " + token, "", 400, "limit is not valid"},
		"a list by another parameter": {"GET", "/incidents?metadata=a", "OAuth " + token, "", 400, "no parameter metadata"},
		"an incident there is not":    {"PATCH", "/incidents/nothing", "OAuth " + token, incident, 404, "not found"},
		"a call there is not":         {"GET", "/subscribers", "OAuth " + token, "", 404, "no such call"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			r, err := http.NewRequestWithContext(t.Context(), test.method, w.url+"/pages/"+pageID+test.path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", test.auth)
			r.Header.Set("Content-Type", "application/json")
			resp, err := w.http.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != test.status || !strings.Contains(string(body), test.says) {
				t.Errorf("answered %d %s, %v", resp.StatusCode, body, err)
			}
		})
	}
}
