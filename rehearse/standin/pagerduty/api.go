package pagerduty

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// enqueue is the Events API.
func (p *PagerDuty) enqueue(body []byte) reply {
	var e struct {
		Key     string `json:"routing_key"`
		Action  string `json:"event_action"`
		Dedup   string `json:"dedup_key"`
		Payload *struct {
			Summary  string `json:"summary"`
			Severity string `json:"severity"`
		} `json:"payload"`
	}
	invalid := func(why string) reply {
		return given(http.StatusBadRequest, map[string]any{"status": "invalid event", "message": "Event object is invalid", "errors": []string{why}})
	}
	if err := check(body, eventShape, &e); err != nil {
		return misused(invalid(err.Error()), err.Error())
	}
	service, known := p.account.RoutingKeys[e.Key]
	switch {
	case !known:
		return invalid("Invalid routing key")
	case e.Action == "trigger" && e.Payload == nil:
		return misused(invalid("'payload' is missing or blank"), "a trigger without payload")
	case e.Action != "trigger":
		return misused(invalid("only triggers are played here"), "an event that is no trigger")
	}
	if e.Dedup == "" {
		e.Dedup = p.name("dedup")
	}
	open := slices.ContainsFunc(p.incidents, func(i *Incident) bool { return i.Service == service && i.Key == e.Dedup && i.Status != "resolved" })
	if !open && !p.swallows {
		p.opened(Incident{Title: e.Payload.Summary, Key: e.Dedup, Service: service, Policy: p.policyOf(service), Severity: e.Payload.Severity, Urgency: "high", event: true}, "")
	}
	return given(http.StatusAccepted, map[string]any{"status": "success", "message": "Event processed", "dedup_key": e.Dedup})
}

func (p *PagerDuty) policyOf(service string) string {
	at := slices.IndexFunc(p.account.Services, func(s Service) bool { return s.ID == service })
	if at < 0 {
		return ""
	}
	return p.account.Services[at].Policy
}

// from returns the user in the From header of a request that writes.
func (p *PagerDuty) from(r *http.Request) (User, bool) {
	at := slices.IndexFunc(p.account.Users, func(u User) bool { return u.Mail == r.Header.Get("From") && u.Mail != "" })
	if at < 0 {
		return User{}, false
	}
	return p.account.Users[at], true
}

func invalid(errs ...string) reply {
	return refused(http.StatusBadRequest, 2001, "Invalid Input Provided", errs...)
}

func (p *PagerDuty) create(r *http.Request, body []byte) reply {
	type ref struct{ ID string }
	var in struct {
		Incident struct {
			Title       string
			Service     ref
			Priority    ref
			Urgency     string
			Key         string `json:"incident_key"`
			Policy      ref    `json:"escalation_policy"`
			Assignments []struct{ Assignee ref }
		}
	}
	user, known := p.from(r)
	if !known {
		return misused(invalid("Requester User Not Found"), "the From header names no user")
	}
	if err := check(body, createShape, &in); err != nil {
		return misused(invalid(err.Error()), err.Error())
	}
	w := in.Incident
	i := Incident{Title: w.Title, Key: w.Key, Service: w.Service.ID, Policy: w.Policy.ID, Priority: w.Priority.ID, Urgency: w.Urgency}
	for _, a := range w.Assignments {
		i.Assigned = append(i.Assigned, a.Assignee.ID)
	}
	switch {
	case !slices.ContainsFunc(p.account.Services, func(s Service) bool { return s.ID == i.Service }):
		return invalid("Service cannot be found")
	case i.Policy != "" && len(i.Assigned) > 0:
		return misused(invalid("Assignments and an escalation policy exclude each other"), "both assignments and an escalation policy")
	case i.Policy != "" && p.level(i.Policy, 0) == nil:
		return invalid("Escalation policy cannot be found")
	case i.Priority != "" && !slices.Contains(p.account.Priorities, i.Priority):
		return invalid("Priority cannot be found")
	case i.Key != "" && slices.ContainsFunc(p.incidents, func(x *Incident) bool { return x.Service == i.Service && x.Key == i.Key && x.Status != "resolved" }):
		return refused(http.StatusBadRequest, 2002, "Arguments Caused Error", "Open incident with matching dedup key already exists on this service")
	}
	for _, u := range i.Assigned {
		if !slices.ContainsFunc(p.account.Users, func(x User) bool { return x.ID == u }) {
			return invalid("Assignee cannot be found")
		}
	}
	if i.Policy == "" {
		i.Policy = p.policyOf(i.Service)
	}
	return given(http.StatusCreated, map[string]any{"incident": p.shown(p.opened(i, user.ID))})
}

// shown is an incident as the REST API shows it. An incident with alerts has no
// key of its own.
func (p *PagerDuty) shown(i *Incident) map[string]any {
	m := map[string]any{
		"id": i.ID, "type": "incident", "summary": "[#" + i.Number + "] " + i.Title, "title": i.Title, "status": i.Status, "urgency": i.Urgency,
		"created_at": stamp(i.Opened), "incident_key": i.Key, "priority": nil, "assignments": []any{}, "acknowledgements": []any{},
		"service": ref(i.Service, "service_reference"), "escalation_policy": ref(i.Policy, "escalation_policy_reference"),
	}
	if i.event {
		m["incident_key"] = nil
	}
	if i.Priority != "" {
		m["priority"] = ref(i.Priority, "priority")
	}
	return m
}

func ref(id, kind string) map[string]any {
	return map[string]any{"id": id, "type": kind, "summary": id, "self": nil, "html_url": nil}
}

func (p *PagerDuty) person(id string) map[string]any {
	m := ref(id, "user_reference")
	for _, u := range p.account.Users {
		if u.ID == id {
			m["summary"], m["name"], m["email"] = u.Name, u.Name, u.Mail
		}
	}
	return m
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (p *PagerDuty) list(r *http.Request) reply {
	q := r.URL.Query()
	if err := asked(q, "incident_key", "date_range", "statuses[]", "service_ids[]", "limit", "offset", "since", "until", "sort_by", "include[]"); err != nil {
		return misused(invalid(err.Error()), err.Error())
	}
	var all []any
	for _, i := range p.incidents {
		if key := q.Get("incident_key"); key == "" || key == i.Key {
			all = append(all, p.shown(i))
		}
	}
	return p.paged(q, "incidents", all)
}

// paged cuts a list by offset and limit.
func (p *PagerDuty) paged(q url.Values, name string, all []any) reply {
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit < 1 {
		limit = 25
	}
	if limit > 100 {
		return misused(invalid("limit must be at most 100"), "more than 100 at once")
	}
	limit = min(limit, p.account.PageSize)
	offset, _ := strconv.Atoi(q.Get("offset"))
	offset = min(max(offset, 0), len(all))
	end := min(offset+limit, len(all))
	part := append([]any{}, all[offset:end]...)
	return given(http.StatusOK, map[string]any{name: part, "limit": limit, "offset": offset, "more": end < len(all), "total": nil})
}

func (p *PagerDuty) manage(r *http.Request, body []byte) reply {
	var in struct {
		Incidents []struct{ ID, Status string }
	}
	user, known := p.from(r)
	if !known {
		return misused(invalid("Requester User Not Found"), "the From header names no user")
	}
	if err := check(body, manageShape, &in); err != nil {
		return misused(invalid(err.Error()), err.Error())
	}
	var all []any
	for _, x := range in.Incidents {
		i := p.incident(x.ID)
		switch {
		case i == nil:
			return refused(http.StatusNotFound, 2100, "Not Found")
		case x.Status != "acknowledged":
			return misused(invalid("only acknowledging is played here"), "a change that is no acknowledgement")
		case i.Status == "resolved":
			return invalid("Incident Already Resolved")
		}
		if p.acknowledge(i, user.ID) {
			p.deliver("incident.acknowledged", i, user.ID)
		}
		all = append(all, p.shown(i))
	}
	return given(http.StatusOK, map[string]any{"incidents": all, "limit": 100, "offset": 0, "more": false})
}

func (p *PagerDuty) logEntries(r *http.Request, id string) reply {
	q := r.URL.Query()
	if err := asked(q, "is_overview", "limit", "offset", "time_zone", "include[]", "since", "until"); err != nil {
		return misused(invalid(err.Error()), err.Error())
	}
	i := p.incident(id)
	if i == nil {
		return refused(http.StatusNotFound, 2100, "Not Found")
	}
	var all []any
	for _, e := range slices.Backward(i.log) { // the latest first, as PagerDuty has it
		m := ref(e.id, e.kind)
		m["created_at"], m["agent"], m["channel"] = stamp(e.at), ref(i.Service, "service_reference"), map[string]any{"type": "auto"}
		m["event_details"] = map[string]any{"description": nil}
		if e.agent != "" {
			m["agent"] = p.person(e.agent)
		}
		if len(e.to) > 0 {
			var to []any
			for _, u := range e.to {
				to = append(to, p.person(u))
			}
			m["assignees"] = to
		}
		all = append(all, m)
	}
	return p.paged(q, "log_entries", all)
}

func (p *PagerDuty) onCalls(r *http.Request) reply {
	q := r.URL.Query()
	if err := asked(q, "escalation_policy_ids[]", "schedule_ids[]", "user_ids[]", "earliest", "limit", "offset", "include[]", "since", "until", "time_zone"); err != nil {
		return misused(invalid(err.Error()), err.Error())
	}
	var all []any
	add := func(user, policy string, level int) {
		all = append(all, map[string]any{"user": p.person(user), "escalation_level": level, "escalation_policy": ref(policy, "escalation_policy_reference"),
			"schedule": nil, "start": nil, "end": stamp(p.clock.Now().Add(8 * time.Hour))})
	}
	for _, policy := range p.account.Policies {
		if slices.Contains(q["escalation_policy_ids[]"], policy.ID) {
			for n, users := range slices.Backward(policy.Levels) { // in no order that means anything
				for _, u := range users {
					add(u, policy.ID, n+1)
				}
			}
		}
	}
	for _, s := range q["schedule_ids[]"] {
		for _, u := range p.account.Schedules[s] {
			add(u, "PNONE00", 1)
		}
	}
	return p.paged(q, "oncalls", all)
}

func (p *PagerDuty) service(id string) reply {
	if policy := p.policyOf(id); policy != "" {
		m := ref(id, "service")
		m["status"], m["escalation_policy"] = "active", ref(policy, "escalation_policy_reference")
		return given(http.StatusOK, map[string]any{"service": m})
	}
	return refused(http.StatusNotFound, 2100, "Not Found")
}

func (p *PagerDuty) policy(id string) reply {
	if p.level(id, 0) == nil {
		return refused(http.StatusNotFound, 2100, "Not Found")
	}
	return given(http.StatusOK, map[string]any{"escalation_policy": ref(id, "escalation_policy")})
}

func (p *PagerDuty) priorities() reply {
	all := []any{}
	for n, id := range p.account.Priorities {
		m := ref(id, "priority")
		m["name"] = "P" + strconv.Itoa(n+1)
		all = append(all, m)
	}
	return given(http.StatusOK, map[string]any{"priorities": all, "limit": 100, "offset": 0, "more": false})
}

func (p *PagerDuty) users(r *http.Request) reply {
	q := r.URL.Query()
	if err := asked(q, "query", "limit", "offset", "include[]", "team_ids[]"); err != nil {
		return misused(invalid(err.Error()), err.Error())
	}
	var all []any
	for _, u := range p.account.Users {
		if s := q.Get("query"); s == "" || s == u.Mail || s == u.Name {
			all = append(all, p.person(u.ID))
		}
	}
	return p.paged(q, "users", all)
}
