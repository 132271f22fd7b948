package jira

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// strictly reads a body as Jira does: what it does not know it refuses.
func strictly(body []byte, into any) (answer, bool) {
	lines := json.NewDecoder(bytes.NewReader(body))
	lines.DisallowUnknownFields()
	if err := lines.Decode(into); err != nil {
		return messages(http.StatusBadRequest, "Invalid request payload. Refer to the REST API documentation and try again. "+err.Error()), false
	}
	return answer{}, true
}

func (j *Jira) create(body []byte) answer {
	var asked struct {
		Fields map[string]json.RawMessage `json:"fields"`
	}
	if a, ok := strictly(body, &asked); !ok {
		return a
	}
	i, wrong := &issue{}, map[string]string{}
	for name, raw := range asked.Fields {
		var word string
		var keyed struct{ Key, Name string }
		switch name {
		case "summary", "description":
			if json.Unmarshal(raw, &word) != nil {
				wrong[name] = "Operation value must be a string"
			}
		case "project", "issuetype", "parent":
			if json.Unmarshal(raw, &keyed) != nil {
				wrong[name] = "data was not an object"
			}
		}
		switch name {
		case "summary":
			i.summary = word
		case "description":
			i.text = word
		case "project":
			i.project = keyed.Key
		case "issuetype":
			i.kind = keyed.Name
		case "parent":
			i.parent = keyed.Key
		case "labels":
			if json.Unmarshal(raw, &i.labels) != nil {
				wrong[name] = "data was not an array"
			}
		default:
			wrong[name] = fmt.Sprintf("Field '%s' cannot be set. It is not on the appropriate screen, or unknown.", name)
		}
	}
	j.check(i, wrong)
	if len(wrong) > 0 {
		return fields(http.StatusBadRequest, wrong)
	}
	j.open(i)
	return with(http.StatusCreated, object{"id": strconv.Itoa(i.id), "key": i.key, "self": "https://jira.example.com/rest/api/2/issue/" + strconv.Itoa(i.id)})
}

func (j *Jira) check(i *issue, wrong map[string]string) {
	switch {
	case i.project == "":
		wrong["project"] = "project is required"
	case !slices.Contains(j.o.Projects, i.project):
		wrong["project"] = "valid project is required"
	}
	switch {
	case i.kind != "Task" && i.kind != "Sub-task":
		wrong["issuetype"] = "The issue type selected is invalid."
	case i.kind == "Sub-task" && i.parent == "":
		wrong["issuetype"] = "Issue type is a sub-task but parent issue key or id not specified."
	}
	if i.parent != "" {
		if p := j.byKey[i.parent]; p == nil || p.project != i.project || p.parent != "" {
			wrong["parent"] = "Could not find valid 'id' or 'key' of parent issue."
		}
	}
	switch {
	case strings.TrimSpace(i.summary) == "":
		wrong["summary"] = "You must specify a summary of the issue."
	case strings.ContainsAny(i.summary, "\r\n"):
		wrong["summary"] = "The summary is invalid because it contains newline characters."
	case utf8.RuneCountInString(i.summary) > 255:
		wrong["summary"] = "Summary can't exceed 255 characters."
	}
	for _, l := range i.labels {
		if strings.ContainsAny(l, " \t\n") {
			wrong["labels"] = fmt.Sprintf("The label '%s' contains spaces which is invalid.", l)
		}
	}
}

const stamp = "2006-01-02T15:04:05.000-0700"

func (j *Jira) show(i *issue, q url.Values) answer {
	o := object{"id": strconv.Itoa(i.id), "key": i.key, "fields": j.fields(i, q.Get("fields"), view{true, i.status, i.updated})}
	if strings.Contains(q.Get("expand"), "changelog") {
		histories := []object{}
		for _, h := range slices.Backward(i.history) { // newest first, as Cloud has it
			histories = append(histories, object{"id": strconv.Itoa(h.id), "author": j.user(h.by), "created": h.at.Format(stamp), "items": []object{
				{"field": "status", "fieldtype": "jira", "from": j.statusOf(h.from).id, "fromString": h.from, "to": j.statusOf(h.to).id, "toString": h.to},
			}})
		}
		o["changelog"] = object{"startAt": 0, "maxResults": len(histories), "total": len(histories), "histories": histories}
	}
	return with(http.StatusOK, o)
}

func (j *Jira) fields(i *issue, wanted string, as view) object {
	all := object{"summary": i.summary, "labels": i.labels, "status": j.statusOf(as.status).object(), "issuetype": object{"name": i.kind, "subtask": i.parent != ""},
		"updated": as.updated.Format(stamp), "created": i.created.Format(stamp), "project": object{"key": i.project}}
	if wanted == "" {
		return all
	}
	some := object{}
	for name := range strings.SplitSeq(wanted, ",") {
		if v, ok := all[name]; ok {
			some[name] = v
		}
	}
	return some
}

func (j *Jira) offer(i *issue) answer {
	offered := []object{}
	for _, w := range j.ways(i.status) {
		screen := object{}
		if w.id == asksResolution {
			screen["resolution"] = object{"required": true, "name": "Resolution"}
		}
		offered = append(offered, object{"id": w.id, "name": w.name, "to": j.statusOf(w.to).object(), "fields": screen})
	}
	return with(http.StatusOK, object{"expand": "transitions", "transitions": offered})
}

func (j *Jira) transit(i *issue, body []byte) answer {
	var asked struct {
		Transition struct {
			ID string `json:"id"`
		} `json:"transition"`
		Fields map[string]struct {
			Name string `json:"name"`
		} `json:"fields"`
	}
	if a, ok := strictly(body, &asked); !ok {
		return a
	}
	for _, w := range j.ways(i.status) {
		if w.id != asked.Transition.ID {
			continue
		}
		resolution, given := asked.Fields["resolution"]
		switch asks := w.id == asksResolution; {
		case given && !asks, len(asked.Fields) > 1:
			return fields(http.StatusBadRequest, map[string]string{"resolution": "Field 'resolution' cannot be set. It is not on the appropriate screen, or unknown."})
		case asks && resolution.Name != "Fixed":
			return fields(http.StatusBadRequest, map[string]string{"resolution": "Resolution is required."})
		default:
			j.move(i, w.to, self)
			return answer{http.StatusNoContent, "application/json", ""}
		}
	}
	return messages(http.StatusBadRequest, "It seems that you have tried to perform a workflow operation that is not valid for the current state of this issue.")
}

func (j *Jira) commentsOf(i *issue, q url.Values) answer {
	list := slices.Clone(i.comments)
	if q.Get("orderBy") == "-created" {
		slices.Reverse(list)
	}
	start, _ := strconv.Atoi(q.Get("startAt"))
	most, _ := strconv.Atoi(q.Get("maxResults"))
	page := []object{}
	for _, c := range list[min(start, len(list)):min(start+most, len(list))] {
		page = append(page, object{"id": strconv.Itoa(c.id), "author": j.user(c.by), "body": c.body})
	}
	return with(http.StatusOK, object{"startAt": start, "maxResults": most, "total": len(list), "comments": page})
}

func (j *Jira) comment(i *issue, body []byte) answer {
	var asked struct {
		Body string `json:"body"`
	}
	if a, ok := strictly(body, &asked); !ok { // which the library's empty visibility is not, either
		return a
	}
	if strings.TrimSpace(asked.Body) == "" {
		return fields(http.StatusBadRequest, map[string]string{"comment": "Comment body can not be empty!"})
	}
	j.ids++
	i.comments = append(i.comments, comment{j.ids, self, asked.Body})
	return with(http.StatusCreated, object{"id": strconv.Itoa(j.ids), "body": asked.Body})
}

func (j *Jira) link(i *issue, body []byte) answer {
	var asked struct {
		GlobalID     string `json:"globalId"`
		Relationship string `json:"relationship"`
		Application  struct{ Type, Name string }
		Object       struct{ URL, Title string }
	}
	if a, ok := strictly(body, &asked); !ok {
		return a
	}
	if u, err := url.Parse(asked.Object.URL); err != nil || u.Host == "" || asked.Object.Title == "" {
		return fields(http.StatusBadRequest, map[string]string{"url": "'url' is required", "title": "'title' is required"})
	}
	for n := range i.links {
		if asked.GlobalID != "" && i.links[n].global == asked.GlobalID {
			i.links[n].url, i.links[n].title = asked.Object.URL, asked.Object.Title
			return with(http.StatusOK, object{"id": i.links[n].id})
		}
	}
	j.ids++
	i.links = append(i.links, link{j.ids, asked.GlobalID, asked.Object.URL, asked.Object.Title})
	return with(http.StatusCreated, object{"id": j.ids})
}

// seen is a ticket as searches see it now: as it was before what is too new.
func (j *Jira) seen(i *issue) view {
	now := j.o.Clock.Now()
	switch {
	case now.Sub(i.updated) >= j.o.Lag:
		return view{true, i.status, i.updated}
	case i.shown.created:
		return i.shown
	}
	return view{created: now.Sub(i.created) >= j.o.Lag, status: "To Do", updated: i.created}
}
