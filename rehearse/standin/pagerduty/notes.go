package pagerduty

import (
	"net/http"
	"strconv"
)

// note takes a note on an incident.
func (p *PagerDuty) note(r *http.Request, id string, body []byte) reply {
	var in struct{ Note struct{ Content string } }
	user, i, wrong := p.writes(r, id, body, noteShape, &in)
	if wrong != nil {
		return *wrong
	}
	i.Notes = append(i.Notes, in.Note.Content)
	return given(http.StatusOK, map[string]any{"note": p.shownNote(i, len(i.Notes)-1, user)})
}

func (p *PagerDuty) notes(id string) reply {
	i := p.incident(id)
	if i == nil {
		return refused(http.StatusNotFound, 2100, "Not Found")
	}
	all := []any{}
	for n := range i.Notes {
		all = append(all, p.shownNote(i, n, User{}))
	}
	return given(http.StatusOK, map[string]any{"notes": all})
}

func (p *PagerDuty) shownNote(i *Incident, n int, by User) map[string]any {
	return map[string]any{"id": "PNOTE" + i.Number + strconv.Itoa(n), "content": i.Notes[n], "created_at": stamp(i.Opened),
		"user": ref(by.ID, "user_reference"), "channel": map[string]any{"summary": "API"}}
}

// statusUpdate takes a status update of an incident. There is no call that lists
// them.
func (p *PagerDuty) statusUpdate(r *http.Request, id string, body []byte) reply {
	var in struct{ Message string }
	user, i, wrong := p.writes(r, id, body, updateShape, &in)
	if wrong != nil {
		return *wrong
	}
	i.Updates = append(i.Updates, in.Message)
	return given(http.StatusOK, map[string]any{"status_update": map[string]any{"id": p.name("PUPD"), "message": in.Message,
		"created_at": stamp(p.clock.Now()), "sender": ref(user.ID, "user_reference")}})
}

// writes is what all that is written about an incident has in common.
func (p *PagerDuty) writes(r *http.Request, id string, body []byte, s shape, into any) (User, *Incident, *reply) {
	user, known := p.from(r)
	if !known {
		a := misused(invalid("Requester User Not Found"), "the From header names no user")
		return user, nil, &a
	}
	if err := check(body, s, into); err != nil {
		a := misused(invalid(err.Error()), err.Error())
		return user, nil, &a
	}
	i := p.incident(id)
	if i == nil {
		a := refused(http.StatusNotFound, 2100, "Not Found")
		return user, nil, &a
	}
	return user, i, nil
}
