package pagerduty

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Delivery is one webhook as PagerDuty sends it: signed with every secret there
// is. PagerDuty may send it several times, late, or never.
type Delivery struct {
	Event string // incident.acknowledged and so on
	ID    string // the event's own id
	Body  []byte
	Sign  string // X-PagerDuty-Signature
}

// Deliveries returns all webhooks so far, whether anybody has sent them or not.
func (p *PagerDuty) Deliveries() []Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.deliveries)
}

// Request is the webhook on its way to a URL.
func (d Delivery) Request(ctx context.Context, url string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(d.Body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "PagerDuty-Webhook/V3.0")
	r.Header.Set("X-PagerDuty-Signature", d.Sign)
	return r, nil
}

// deliver makes a webhook. mu is held.
func (p *PagerDuty) deliver(event string, i *Incident, agent string) {
	data := map[string]any{
		"id": i.ID, "type": "incident", "self": "https://api.pagerduty.com/incidents/" + i.ID, "html_url": "https://northbridge.pagerduty.com/incidents/" + i.ID,
		"number": json.Number(i.Number), "status": i.Status, "incident_key": i.Key, "created_at": stamp(i.Opened), "title": i.Title,
		"service": ref(i.Service, "service_reference"), "escalation_policy": ref(i.Policy, "escalation_policy_reference"),
		"priority": nil, "urgency": i.Urgency, "conference_bridge": nil, "resolve_reason": nil, "assignees": []any{}, "teams": []any{},
	}
	if i.event {
		data["incident_key"] = nil
	}
	says := map[string]any{"id": rand.Text(), "event_type": event, "resource_type": "incident", "occurred_at": stamp(p.clock.Now()), "agent": nil, "client": nil, "data": data}
	if agent != "" {
		says["agent"] = ref(agent, "user_reference")
	}
	body, err := json.Marshal(map[string]any{"event": says})
	if err != nil {
		panic(err) // it is made of text
	}
	p.deliveries = append(p.deliveries, Delivery{Event: event, ID: says["id"].(string), Body: body, Sign: Signature(body, p.account.Secrets...)})
}

// Signature is the header for a body under each of the secrets.
func Signature(body []byte, secrets ...string) string {
	var all []string
	for _, s := range secrets {
		mac := hmac.New(sha256.New, []byte(s))
		mac.Write(body)
		all = append(all, fmt.Sprintf("v1=%x", mac.Sum(nil)))
	}
	return strings.Join(all, ",")
}
