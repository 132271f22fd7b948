package pagerduty

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
)

// ask asks people to come to an incident that there is.
func (p *PagerDuty) ask(r *http.Request, id string, body []byte) reply {
	var in struct {
		Requester string `json:"requester_id"`
		Message   string
		Targets   []struct {
			Target struct{ ID, Type string } `json:"responder_request_target"`
		} `json:"responder_request_targets"`
	}
	_, i, wrong := p.writes(r, id, body, askShape, &in)
	switch {
	case wrong != nil:
		return *wrong
	case p.account.NoResponders:
		return refused(http.StatusPaymentRequired, 2012, "Account does not have the abilities to perform the action")
	case i.Status == "resolved":
		return invalid("Incident is resolved")
	case !p.hasUser(in.Requester):
		return misused(invalid("Requester cannot be found"), "the requester_id names no user")
	}
	for _, t := range in.Targets {
		users := []string{t.Target.ID}
		if t.Target.Type == "escalation_policy_reference" {
			users = p.level(t.Target.ID, 0)
		}
		for _, u := range users {
			if !p.hasUser(u) {
				return invalid("Responder cannot be found")
			}
			i.Asked = append(i.Asked, Responder{User: u, Message: in.Message, State: "pending", at: p.clock.Now()})
		}
	}
	return given(http.StatusOK, map[string]any{"responder_request": map[string]any{"incident": ref(i.ID, "incident_reference"), "requester": ref(in.Requester, "user_reference"),
		"requested_at": stamp(p.clock.Now()), "message": in.Message, "responder_request_targets": []any{}}})
}

func (p *PagerDuty) hasUser(id string) bool {
	return slices.ContainsFunc(p.account.Users, func(u User) bool { return u.ID == id })
}

// show is an incident with those who were asked to come.
func (p *PagerDuty) show(id string) reply {
	i := p.incident(id)
	if i == nil {
		return refused(http.StatusNotFound, 2100, "Not Found")
	}
	m := p.shown(i)
	m["last_status_change_at"] = stamp(i.Opened)
	if n := len(i.log); n > 0 {
		m["last_status_change_at"] = stamp(i.log[n-1].at)
	}
	requests, responders, seen := []any{}, []any{}, map[string]bool{}
	for _, r := range i.Asked {
		if !seen[r.Message] {
			seen[r.Message] = true
			requests = append(requests, map[string]any{"message": r.Message, "requested_at": stamp(r.at), "responder_request_targets": []any{}})
		}
		responders = append(responders, map[string]any{"state": r.State, "user": p.person(r.User), "updated_at": stamp(r.at), "message": r.Message,
			"incident": ref(i.ID, "incident_reference"), "requested_at": stamp(r.at)})
	}
	m["responder_requests"], m["incidents_responders"] = requests, responders
	return given(http.StatusOK, map[string]any{"incident": m})
}

// Respond is what somebody who was asked does on a telephone: joined or declined.
func (p *PagerDuty) Respond(id, user, state string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := p.incident(id)
	if i == nil {
		return
	}
	for n, r := range i.Asked {
		if r.User == user && r.State != state {
			i.Asked[n].State, i.Asked[n].at = state, p.clock.Now()
			p.deliverResponse(i, user, state)
		}
	}
}

// deliverResponse makes a webhook about a responder. mu is held.
func (p *PagerDuty) deliverResponse(i *Incident, user, state string) {
	says := map[string]any{"id": rand.Text(), "event_type": "incident.responder.replied", "resource_type": "incident", "occurred_at": stamp(p.clock.Now()), "agent": ref(user, "user_reference"), "client": nil,
		"data": map[string]any{"incident": ref(i.ID, "incident_reference"), "user": ref(user, "user_reference"), "escalation_policy": nil, "message": "", "state": state, "type": "incident_responder"}}
	body, err := json.Marshal(map[string]any{"event": says})
	if err != nil {
		panic(err) // it is made of text
	}
	p.deliveries = append(p.deliveries, Delivery{Event: "incident.responder.replied", ID: says["id"].(string), Body: body, Sign: Signature(body, p.account.Secrets...)})
}
