package pagerduty

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	api "github.com/PagerDuty/go-pagerduty"

	"holdfast/integrations"
	"holdfast/plan"
)

// Page implements integrations.Pager. Whom the plan gives an id is called by an
// incident; other teams and services by an event, where there is a routing key.
func (p *Pager) Page(ctx context.Context, r integrations.PageRequest) (string, error) {
	if r.Key == "" {
		return "", errors.New("PagerDuty: a page without a dedup key")
	}
	in, user := p.o.Plan().PagerDutyOf(r.Target)
	if to := responder(in, user); p.o.Further == Responders && r.Beside != "" && to != nil {
		if name, done, err := p.ask(ctx, r, *to); done || err != nil {
			return name, err
		}
	}
	switch {
	case user != "":
		return p.open(ctx, r, wanted{Service: reference{p.o.Service, "service_reference"}, Assignments: assigned(user)})
	case in.Kind == plan.EscalationPolicy:
		return p.open(ctx, r, wanted{Service: reference{p.o.Service, "service_reference"}, Policy: &reference{in.ID, "escalation_policy_reference"}})
	case in.Kind == plan.PagerDutyService:
		return p.open(ctx, r, wanted{Service: reference{in.ID, "service_reference"}})
	case in.Kind == plan.PagerDutySchedule:
		first, err := p.firstOf(ctx, in)
		if err != nil {
			return "", err
		}
		return p.open(ctx, r, wanted{Service: reference{p.o.Service, "service_reference"}, Assignments: assigned(first)})
	case p.o.RoutingKey != "" && (strings.HasPrefix(r.Target, "team:") || strings.HasPrefix(r.Target, "service:")):
		return p.raise(ctx, r)
	}
	return "", integrations.UnknownTarget(r.Target)
}

// wanted is an incident to be opened. It is not the library's form of it, which
// says "priority": null where there is none, and PagerDuty takes that for an
// object.
type wanted struct {
	Type        string       `json:"type"`
	Title       string       `json:"title"`
	Service     reference    `json:"service"`
	Priority    *reference   `json:"priority,omitempty"`
	Urgency     string       `json:"urgency"`
	Key         string       `json:"incident_key"`
	Body        details      `json:"body"`
	Policy      *reference   `json:"escalation_policy,omitempty"`
	Assignments []assignment `json:"assignments,omitempty"`
}

type reference struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

type details struct {
	Type    string `json:"type"`
	Details string `json:"details"`
}

type assignment struct {
	Assignee reference `json:"assignee"`
}

func assigned(user string) []assignment {
	return []assignment{{reference{user, "user_reference"}}}
}

// open opens an incident. Its urgency is high whatever the severity is: somebody
// has asked for a person, and a page that may wait until morning is none.
func (p *Pager) open(ctx context.Context, r integrations.PageRequest, w wanted) (string, error) {
	w.Type, w.Title, w.Urgency, w.Key = "incident", cut(r.Summary), "high", r.Key
	w.Body = details{"incident_body", "Paged by Holdfast for " + r.Target + ", incident " + r.Incident + "."}
	if n := r.Severity - 1; n >= 0 && n < len(p.o.Priorities) {
		w.Priority = &reference{p.o.Priorities[n], "priority_reference"}
	}
	var opened struct {
		Incident struct {
			ID string `json:"id"`
		} `json:"incident"`
	}
	c := p.call()
	err := c.send(ctx, http.MethodPost, "/incidents", p.o.From, map[string]wanted{"incident": w}, &opened, http.StatusCreated)
	switch {
	case err != nil && c.isRepeat():
		id, found, also := p.Find(ctx, r.Key)
		if also != nil || !found {
			// It was over before it was found: the next try opens a new one.
			return "", errors.Join(also, errors.New("PagerDuty has an incident under this key, and does not show it"))
		}
		return id, nil
	case err != nil:
		return "", err
	case !thing.MatchString(opened.Incident.ID):
		return "", c.unreadable("has no id of an incident")
	}
	return opened.Incident.ID, nil
}

// isRepeat says that an incident is open under this key already.
func (c *call) isRepeat() bool {
	return c.failure != nil && c.failure.Status == http.StatusBadRequest && strings.Contains(c.failure.Says, "matching dedup key already exists")
}

// severities are the words of an event for SEV1 to SEV4; there are no others.
var severities = [...]string{"critical", "error", "warning", "info"}

// raise sends an event. PagerDuty takes it with 202 and calls somebody a moment
// later; its name is therefore the key.
func (p *Pager) raise(ctx context.Context, r integrations.PageRequest) (string, error) {
	severity := severities[min(max(r.Severity, 1), len(severities))-1]
	c := p.call()
	answer, err := c.ManageEventWithContext(ctx, &api.V2Event{
		RoutingKey: p.o.RoutingKey, Action: "trigger", DedupKey: r.Key, Client: "Holdfast",
		Payload: &api.V2Payload{Summary: cut(r.Summary), Source: "holdfast", Severity: severity, Component: r.Target, Group: r.Incident,
			Details: map[string]string{"incident": r.Incident, "target": r.Target}},
	})
	if err := c.over(ctx, err, http.StatusAccepted); err != nil {
		return "", err
	}
	if answer.DedupKey != r.Key {
		return "", c.unreadable("is about another event")
	}
	return r.Key, nil
}

// Find implements integrations.Pager.
func (p *Pager) Find(ctx context.Context, key string) (string, bool, error) {
	if id := p.asked.of(key); id != "" {
		if i, err := p.joined(ctx, id); err != nil {
			return "", false, err
		} else if i != nil && i.asks(key) {
			return nameBeside(id, key), true, nil
		}
	}
	found, err := p.lookUp(ctx, key)
	if err != nil || found == nil {
		return "", false, err
	}
	if found.IncidentKey == key {
		return found.ID, true, nil
	}
	return key, true, nil // an event's: an incident with alerts has no key of its own
}

// lookUp returns the incident under a key, one that is open before one that is
// over; nil when there is none.
func (p *Pager) lookUp(ctx context.Context, key string) (*api.Incident, error) {
	c := p.call()
	answer, err := c.ListIncidentsWithContext(ctx, api.ListIncidentsOptions{IncidentKey: key, DateRange: "all", Limit: perPage})
	if err := c.over(ctx, err, http.StatusOK); err != nil {
		return nil, err
	}
	if answer.Incidents == nil {
		return nil, c.unreadable("has no list of incidents") // only an empty one says that there is none
	}
	all := slices.DeleteFunc(answer.Incidents, func(i api.Incident) bool {
		return i.IncidentKey != "" && i.IncidentKey != key || !thing.MatchString(i.ID)
	})
	if len(all) == 0 {
		return nil, nil
	}
	if open := slices.IndexFunc(all, func(i api.Incident) bool { return i.Status != "resolved" }); open >= 0 {
		return &all[open], nil
	}
	return &all[len(all)-1], nil
}

// longestTitle is in characters.
const longestTitle = 1024

func cut(s string) string {
	if utf8.RuneCountInString(s) <= longestTitle {
		return s
	}
	return string([]rune(s)[:longestTitle-1]) + "…"
}
