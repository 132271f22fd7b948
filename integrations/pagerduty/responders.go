package pagerduty

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	api "github.com/PagerDuty/go-pagerduty"

	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/plan"
)

// A page beside another one asks more people to come to the incident that there
// is. Its name is the incident's id and, after a stroke, what its key ends in.
// A request has no key in PagerDuty: its message ends in ours, by which it is
// found.

// responder returns whom a request can ask; nil for what only an incident of its
// own reaches.
func responder(in plan.InPagerDuty, user string) *reference {
	switch {
	case user != "":
		return &reference{user, "user_reference"}
	case in.Kind == plan.EscalationPolicy:
		return &reference{in.ID, "escalation_policy_reference"}
	}
	return nil
}

func nameBeside(id, key string) string {
	_, tail, found := strings.Cut(key, "/page:")
	if !found {
		tail = key
	}
	return id + "/" + tail
}

// besideOf returns the incident in the name of such a page.
func besideOf(key, name string) (id string, beside bool) {
	id, _, beside = strings.Cut(name, "/")
	return id, beside && name != key && thing.MatchString(id)
}

func mark(key string) string { return " (" + key + ")" }

// withResponders is what is read of an incident that people were asked to.
type withResponders struct {
	Status   string `json:"status"`
	Changed  string `json:"last_status_change_at"`
	Requests []struct {
		Message string `json:"message"`
	} `json:"responder_requests"`
	Responders []struct {
		State   string `json:"state"`
		User    object `json:"user"`
		Updated string `json:"updated_at"`
		Message string `json:"message"`
	} `json:"incidents_responders"`
}

func (i withResponders) asks(key string) bool {
	for _, r := range i.Requests {
		if strings.HasSuffix(r.Message, mark(key)) {
			return true
		}
	}
	return false
}

// joined reads an incident; nil when PagerDuty does not have it.
func (p *Pager) joined(ctx context.Context, id string) (*withResponders, error) {
	var answer struct {
		Incident *withResponders `json:"incident"`
	}
	c := p.call()
	err := c.send(ctx, http.MethodGet, "/incidents/"+id, "", nil, &answer, http.StatusOK)
	switch {
	case c.isMissing():
		return nil, nil
	case err != nil:
		return nil, err
	case answer.Incident == nil:
		return nil, c.unreadable("has no incident")
	}
	return answer.Incident, nil
}

// ask asks somebody to the incident beside, once under a key. done is false when
// that is not to be had: the incident is over or gone, or the account may not
// ask. Then they are called by one of their own.
func (p *Pager) ask(ctx context.Context, r integrations.PageRequest, to reference) (name string, done bool, err error) {
	id, _ := besideOf(r.Key, r.Beside)
	if !thing.MatchString(id) {
		found := false
		if id, found, err = p.incidentOf(ctx, r.Beside, r.Beside); err != nil || !found {
			return "", false, err
		}
	}
	at, err := p.joined(ctx, id)
	switch {
	case err != nil || at == nil:
		return "", false, err
	case at.asks(r.Key):
		return nameBeside(id, r.Key), true, nil
	case at.Status == "resolved":
		return "", false, nil
	}
	by, err := p.itself(ctx)
	if err != nil {
		return "", false, err
	}
	p.asked.put(r.Key, id) // before: the answer may get lost
	end := mark(r.Key)
	o := api.ResponderRequestOptions{From: p.o.From, RequesterID: by, Message: cut(r.Summary) + end}
	o.Targets = []api.ResponderRequestTargetWrapper{{Target: api.ResponderRequestTarget{APIObject: api.APIObject{ID: to.ID, Type: to.Type}}}}
	c := p.call()
	_, err = c.ResponderRequestWithContext(ctx, id, o)
	if c.failure != nil && c.failure.Says != "" && slices.Contains([]int{http.StatusBadRequest, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound}, c.failure.Status) {
		return "", false, nil
	}
	if err := c.over(ctx, err, http.StatusOK); err != nil {
		return "", false, err
	}
	return nameBeside(id, r.Key), true, nil
}

// itself returns the id of the user that Holdfast acts as, which is asked once.
func (p *Pager) itself(ctx context.Context) (string, error) {
	if id := p.asked.of(""); id != "" {
		return id, nil
	}
	c := p.call()
	users, err := c.ListUsersWithContext(ctx, api.ListUsersOptions{Query: p.o.From})
	if err := c.over(ctx, err, http.StatusOK); err != nil {
		return "", err
	}
	for _, u := range users.Users {
		if u.Email == p.o.From && thing.MatchString(u.ID) {
			p.asked.put("", u.ID)
			return u.ID, nil
		}
	}
	return "", c.unreadable("has no user with the login " + p.o.From)
}

// responses is the history of a page beside another one.
func (p *Pager) responses(ctx context.Context, key, id string) ([]incident.PageNews, bool, error) {
	i, err := p.joined(ctx, id)
	if err != nil || i == nil || !i.asks(key) {
		return nil, false, err
	}
	turns := map[string]string{"joined": incident.Acknowledged, "declined": incident.Declined}
	var news []incident.PageNews
	for _, r := range i.Responders {
		turn, matters := turns[r.State]
		when := at(r.Updated)
		if !matters || when.IsZero() || !strings.HasSuffix(r.Message, mark(key)) {
			continue
		}
		news = append(news, incident.PageNews{Event: id + "/" + r.User.ID + "/" + r.State + "/" + r.Updated, Turn: turn, At: when, By: p.reached(r.User)})
	}
	if when := at(i.Changed); i.Status == "resolved" && !when.IsZero() {
		news = append(news, incident.PageNews{Event: id + "/resolved", Turn: incident.PageOver, At: when})
	}
	return news, true, nil
}

// askedCache remembers to which incident a key has asked somebody, and under no
// key who Holdfast is. After a restart the incident itself tells.
type askedCache struct {
	mu  sync.Mutex
	ids map[string]string
}

func (c *askedCache) of(key string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ids[key]
}

func (c *askedCache) put(key, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids == nil {
		c.ids = map[string]string{}
	}
	c.ids[key] = id
}
