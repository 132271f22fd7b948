package statuspage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

func (s *Statuspage) route(r *http.Request, body []byte) answer {
	path, ok := strings.CutPrefix(r.URL.Path, "/v1/pages/")
	parts := strings.Split(path, "/")
	if !ok || parts[0] != s.o.Page {
		return wrong(http.StatusNotFound, "Page not found")
	}
	where := r.Method + " " + strings.Join(parts[1:], "/")
	if len(parts) == 3 && parts[1] == "incidents" {
		i := slices.IndexFunc(s.incidents, func(i *incident) bool { return i.id == parts[2] })
		if i < 0 {
			return wrong(http.StatusNotFound, "Incident not found")
		}
		switch r.Method {
		case http.MethodGet:
			return with(http.StatusOK, s.show(s.incidents[i]))
		case http.MethodPatch:
			return s.write(r, body, s.incidents[i])
		}
		return wrong(http.StatusNotFound, "no such call: "+where)
	}
	switch where {
	case "GET ":
		return with(http.StatusOK, object{"id": s.o.Page, "name": "Northbridge", "time_zone": "UTC"})
	case "GET components":
		return s.list(r.URL.Query(), "per_page", s.allComponents())
	case "GET incidents":
		var all []object
		for _, i := range slices.Backward(s.incidents) { // newest first
			all = append(all, s.show(i))
		}
		return s.list(r.URL.Query(), "limit", all)
	case "POST incidents":
		return s.write(r, body, nil)
	}
	return wrong(http.StatusNotFound, "no such call: "+where)
}

func (s *Statuspage) allComponents() (all []object) {
	for _, id := range slices.Sorted(maps.Keys(s.components)) {
		all = append(all, object{"id": id, "name": "Component " + id, "status": s.components[id]})
	}
	return all
}

func (s *Statuspage) list(q url.Values, size string, all []object) answer {
	for name := range q {
		if name != size && name != "page" && name != "q" {
			return wrong(http.StatusBadRequest, "no parameter "+name)
		}
	}
	most, page := 100, 1
	for name, into := range map[string]*int{size: &most, "page": &page} {
		if text := q.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || name == size && n > 100 {
				return wrong(http.StatusBadRequest, name+" is not valid")
			}
			*into = n
		}
	}
	start := min((page-1)*most, len(all))
	return with(http.StatusOK, append([]object{}, all[start:min(start+most, len(all))]...))
}

func (s *Statuspage) show(i *incident) object {
	updates, components := []object{}, []object{}
	for _, u := range slices.Backward(i.updates) {
		updates = append(updates, object{"status": u.status, "body": u.body, "deliver_notifications": u.deliver, "created_at": u.at})
	}
	for _, id := range i.components {
		components = append(components, object{"id": id, "status": s.components[id]})
	}
	return object{"id": i.id, "name": i.name, "status": i.status, "page_id": s.o.Page, "metadata": i.metadata, "components": components,
		"incident_updates": updates, "created_at": i.at, "impact": "major", "shortlink": "https://stspg.io/" + i.id}
}

// wanted is the body of what begins or changes an incident. A field that is not
// published is refused.
type wanted struct {
	Incident *struct {
		Name         *string           `json:"name"`
		Status       *string           `json:"status"`
		Body         *string           `json:"body"`
		Components   map[string]string `json:"components"`
		ComponentIDs []string          `json:"component_ids"`
		Deliver      *bool             `json:"deliver_notifications"`
		Impact       *string           `json:"impact_override"`
		Metadata     json.RawMessage   `json:"metadata"`
	} `json:"incident"`
}

var (
	incidentStatuses  = []string{"investigating", "identified", "monitoring", "resolved"}
	componentStatuses = []string{"operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"}
)

func (s *Statuspage) write(r *http.Request, body []byte, i *incident) answer {
	if media := r.Header.Get("Content-Type"); media != "application/json" {
		return wrong(http.StatusBadRequest, "the body is "+media)
	}
	var w wanted
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil || w.Incident == nil {
		return wrong(http.StatusBadRequest, fmt.Sprintf("the body cannot be read: %v", err))
	}
	n := w.Incident
	var found []string
	complain := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	switch {
	case n.Name == nil && i == nil || n.Name != nil && *n.Name == "":
		complain("Name can't be blank")
	case n.Name != nil && utf8.RuneCountInString(*n.Name) > 255:
		complain("Name is too long (maximum is 255 characters)")
	}
	if n.Status != nil && !slices.Contains(incidentStatuses, *n.Status) {
		complain("Status %s is not included in the list", *n.Status)
	}
	if n.Body != nil && utf8.RuneCountInString(*n.Body) > 25000 {
		complain("Body is too long (maximum is 25000 characters)")
	}
	for _, id := range slices.Concat(n.ComponentIDs, slices.Sorted(maps.Keys(n.Components))) {
		if _, has := s.components[id]; !has {
			complain("Component %s does not belong to this page", id)
		}
	}
	for id, status := range n.Components {
		if !slices.Contains(componentStatuses, status) {
			complain("Component %s cannot be %s", id, status)
		}
	}
	if len(n.Metadata) > 0 {
		var top map[string]map[string]any
		if json.Unmarshal(n.Metadata, &top) != nil {
			complain("Metadata must be an object of objects")
		}
	}
	if len(found) > 0 {
		return wrong(http.StatusUnprocessableEntity, found...)
	}
	status := http.StatusOK
	if i == nil {
		i, status = s.open(&incident{status: "investigating", metadata: json.RawMessage("{}")}), http.StatusCreated
	}
	if n.Name != nil {
		i.name = *n.Name
	}
	if n.Status != nil {
		i.status = *n.Status
	}
	if len(n.Metadata) > 0 {
		i.metadata = n.Metadata
	}
	if n.ComponentIDs != nil {
		i.components = n.ComponentIDs
	}
	maps.Copy(s.components, n.Components)
	if n.Body != nil || n.Status != nil {
		u := update{status: i.status, at: s.o.Clock.Now(), deliver: n.Deliver == nil || *n.Deliver}
		if n.Body != nil {
			u.body = *n.Body
		}
		i.updates = append(i.updates, u)
	}
	return with(status, s.show(i))
}
