package pagerduty

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"holdfast/integrations"
	"holdfast/internal/plaintext"
)

// Hint is PagerDuty's word that something has happened to one of its incidents.
// It only says where to look: the same may come five times, in any order, or
// not at all.
type Hint struct {
	Incident string // PagerDuty's id; empty: look everywhere
	Key      string // the key that it was opened under; may be empty
}

// DoorOptions say how webhooks are taken in.
type DoorOptions struct {
	Secrets []string // of the webhook subscription; two while they are rotated
	// Look looks what has happened and returns when it is durable. An error has
	// PagerDuty send the webhook again.
	Look    func(context.Context, Hint) error
	Refused func(reason string) // counts what was not let in
	Log     *slog.Logger
}

// Door takes in PagerDuty's webhooks, version 3.
type Door = integrations.Door[Hint]

const (
	largestBody = 320 << 10
	mostMACs    = 16 // in one header
)

// NewDoor returns a door. An empty secret would let anybody in, and is refused.
func NewDoor(o DoorOptions) (*Door, error) {
	return integrations.NewDoor(integrations.Doorway[Hint]{
		Provider: name, Secrets: o.Secrets, Remedy: "Copy the signing secret that PagerDuty has shown for the subscription.",
		Largest: largestBody, Signed: signed, Read: read, Hear: o.Look, Refused: o.Refused, Log: o.Log,
	})
}

// signed says whether one of the values in the headers is that of one of the
// secrets.
func signed(h http.Header, body []byte, secrets []string) bool {
	holds := false
	for n, value := range strings.Split(strings.Join(h.Values("X-PagerDuty-Signature"), ","), ",") {
		v1, ok := strings.CutPrefix(strings.TrimSpace(value), "v1=")
		got, err := hex.DecodeString(strings.TrimSpace(v1))
		if !ok || err != nil || n >= mostMACs {
			continue
		}
		holds = integrations.IsMAC(got, body, secrets) || holds
	}
	return holds
}

var errDeep = errors.New("it is nested too deep")

// read takes a webhook apart. What is about no incident gives no hint.
func read(body []byte) (event string, h Hint, about bool, err error) {
	var says struct {
		Event struct {
			ID   string `json:"id"`
			Kind string `json:"event_type"`
			Data struct {
				ID   string `json:"id"`
				Type string `json:"type"`
				Key  string `json:"incident_key"`
				Of   struct {
					ID string `json:"id"`
				} `json:"incident"`
			} `json:"data"`
		} `json:"event"`
	}
	if !plaintext.Shallow(body) {
		return "", Hint{}, false, errDeep
	}
	if err := json.Unmarshal(body, &says); err != nil {
		return "", Hint{}, false, errors.New("it is no JSON of this kind")
	}
	e := says.Event
	if of := e.Data.Of.ID; strings.HasPrefix(e.Kind, "incident.responder.") && thing.MatchString(of) {
		return e.ID, Hint{Incident: of}, true, nil
	}
	if !strings.HasPrefix(e.Kind, "incident.") || e.Data.Type != "incident" || !thing.MatchString(e.Data.ID) {
		return e.ID, Hint{}, false, nil
	}
	return e.ID, Hint{Incident: e.Data.ID, Key: e.Data.Key}, true, nil
}
