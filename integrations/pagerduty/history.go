package pagerduty

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	api "github.com/PagerDuty/go-pagerduty"

	"holdfast/incident"
	"holdfast/internal/plaintext"
)

// entry is one entry of an incident's log. It is not the library's form of it,
// which fails on a detail of an event that is no text.
type entry struct {
	ID        string   `json:"id"`
	Type      string   `json:"type"`
	At        string   `json:"created_at"`
	Agent     *object  `json:"agent"`
	Assignees []object `json:"assignees"`
}

type object struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Summary string `json:"summary"`
}

// turns are the entries that matter; the others say whom PagerDuty has tried
// and by what.
var turns = map[string]string{
	"acknowledge_log_entry":   incident.Acknowledged,
	"unacknowledge_log_entry": incident.Unacknowledged,
	"escalate_log_entry":      incident.Escalated,
	"assign_log_entry":        incident.Reassigned,
	"delegate_log_entry":      incident.Reassigned,
	"resolve_log_entry":       incident.PageOver,
}

// History implements integrations.PageStates.
func (p *Pager) History(ctx context.Context, key, id string) ([]incident.PageNews, bool, error) {
	if at, beside := besideOf(key, id); beside {
		return p.responses(ctx, key, at)
	}
	if isElsewhere(key, id) {
		return nil, true, nil
	}
	id, found, err := p.incidentOf(ctx, key, id)
	if err != nil || !found {
		return nil, false, err
	}
	var all []entry
	for range mostPages {
		var answer struct {
			Entries []entry `json:"log_entries"`
			More    bool    `json:"more"`
		}
		c := p.call()
		path := fmt.Sprintf("/incidents/%s/log_entries?is_overview=true&limit=%d&offset=%d", id, perPage, len(all))
		if err := c.send(ctx, http.MethodGet, path, "", nil, &answer, http.StatusOK); err != nil {
			if c.isMissing() {
				return nil, false, nil
			}
			return nil, false, err
		}
		if answer.Entries == nil {
			return nil, false, c.unreadable("has no log entries")
		}
		if all = append(all, answer.Entries...); !answer.More || len(answer.Entries) == 0 {
			break
		}
	}
	return p.news(all), true, nil
}

// isElsewhere says that a page was made by another pager, before PagerDuty was
// configured. That PagerDuty does not have it means nothing.
func isElsewhere(key, id string) bool { return id != key && !thing.MatchString(id) }

// incidentOf returns PagerDuty's id of the incident of a page: the page's name,
// or for an event what it has become.
func (p *Pager) incidentOf(ctx context.Context, key, id string) (string, bool, error) {
	if thing.MatchString(id) {
		return id, true, nil
	}
	found, err := p.lookUp(ctx, key)
	if err != nil || found == nil {
		return "", false, err
	}
	return found.ID, true, nil
}

// news reads a log. That somebody was assigned first is the call itself, and no
// news.
func (p *Pager) news(all []entry) []incident.PageNews {
	slices.SortStableFunc(all, func(x, y entry) int {
		if order := at(x.At).Compare(at(y.At)); order != 0 {
			return order
		}
		return strings.Compare(x.ID, y.ID)
	})
	var news []incident.PageNews
	first := true
	for _, e := range all {
		turn, matters := turns[e.Type]
		if e.Type == "assign_log_entry" && first {
			first, matters = false, false
		}
		when := at(e.At)
		if !matters || when.IsZero() || !thing.MatchString(e.ID) {
			continue
		}
		n := incident.PageNews{Event: e.ID, Turn: turn, At: when}
		if e.Agent != nil && strings.HasPrefix(e.Agent.Type, "user") {
			n.By = p.reached(*e.Agent)
		}
		for _, a := range e.Assignees {
			n.To = append(n.To, p.reached(a))
		}
		news = append(news, n)
	}
	return news
}

// reached says who somebody in PagerDuty is.
func (p *Pager) reached(o object) incident.Reached {
	if x, known := p.o.Plan().PersonOfPagerDuty(o.ID); known {
		return incident.Reached{Person: x.ID}
	}
	return incident.Reached{Name: personName(o.Summary)}
}

// personName makes a name fit for a line of text.
func personName(s string) string {
	const longest = 80
	s = strings.Join(strings.Fields(plaintext.Clean(s)), " ")
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest-1]) + "…"
	}
	if s == "" {
		return "somebody"
	}
	return s
}

// at reads a time of PagerDuty's, zero where there is none.
func at(s string) time.Time {
	t, _ := time.Parse(time.RFC3339, s)
	return t
}

// Acknowledge implements integrations.PageStates. PagerDuty writes down that
// the user did it as whom Holdfast acts.
func (p *Pager) Acknowledge(ctx context.Context, key, id, _ string) error {
	if isElsewhere(key, id) { // and nobody can answer a request for somebody else
		return nil
	}
	id, found, err := p.incidentOf(ctx, key, id)
	if err != nil || !found {
		return err
	}
	c := p.call()
	answer, err := c.ManageIncidentsWithContext(ctx, p.o.From, []api.ManageIncidentsOptions{{ID: id, Status: "acknowledged"}})
	if err := c.over(ctx, err, http.StatusOK); err != nil {
		return err
	}
	if len(answer.Incidents) == 0 {
		return c.unreadable("does not say what it has changed")
	}
	return nil
}
