package jira

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"holdfast/rehearse/standin"
)

// ServeHTTP answers one call.
func (j *Jira) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	struck := j.Strike(r.Context())
	c := Call{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: string(body), Fault: struck.Mode}
	a := j.answer(r, body, struck)
	c.Status = a.status
	j.mu.Lock()
	j.calls = append(j.calls, c)
	told := slices.Clone(j.told)
	j.mu.Unlock()
	for _, f := range told {
		f(c)
	}
	if struck.Mode == standin.Hang {
		<-r.Context().Done()
	}
	if a.status == 0 {
		panic(http.ErrAbortHandler) // ends the connection without an answer
	}
	w.Header().Set("Content-Type", a.media)
	if a.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "30")
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body) // whoever has hung up does not read it
}

// answer is what goes back; without a status nothing does.
type answer struct {
	status int
	media  string
	body   string
}

func with(status int, body any) answer {
	text, err := json.Marshal(body)
	if err != nil {
		return answer{http.StatusInternalServerError, "text/plain", err.Error()}
	}
	return answer{status, "application/json;charset=UTF-8", string(text)}
}

// object is a JSON object.
type object map[string]any

// messages and fields are how Jira words errors.
func messages(status int, says ...string) answer {
	return with(status, object{"errorMessages": says, "errors": object{}})
}

func fields(status int, says map[string]string) answer {
	return with(status, object{"errorMessages": []string{}, "errors": says})
}

func (j *Jira) answer(r *http.Request, body []byte, struck standin.Outcome) answer {
	switch struck.Mode {
	case standin.Unauthorized:
		return answer{http.StatusUnauthorized, "text/plain", "Client must be authenticated to access this resource."}
	case standin.Throttle:
		return with(http.StatusTooManyRequests, object{"errorMessages": []string{"Rate limit exceeded."}, "errors": object{}})
	case standin.ServerError:
		return answer{http.StatusInternalServerError, "text/html", "<html><title>Oops - an error has occurred</title></html>"}
	case standin.Unavailable:
		return answer{http.StatusServiceUnavailable, "text/html", "<html>Jira is starting up</html>"}
	case standin.Garbage:
		return answer{http.StatusOK, "application/json", "{\"key\": \"OPS-"}
	case standin.Refuse, standin.BadTLS, standin.Hang:
		return answer{}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.web != "" {
		return answer{http.StatusOK, "text/html;charset=UTF-8", j.web}
	}
	if !j.knows(r.Header.Get("Authorization")) {
		return answer{http.StatusUnauthorized, "text/plain", "Client must be authenticated to access this resource."}
	}
	a := j.route(r, body)
	post := r.URL.Path + " " + string(body)
	first := r.Method == http.MethodPost && j.lost != nil && !j.lost[post]
	if first {
		j.lost[post] = true
	}
	if first || struck.Mode == standin.LostReply {
		return answer{}
	}
	return a
}

func (j *Jira) knows(header string) bool {
	if j.o.User == "" {
		return header == "Bearer "+j.o.Token
	}
	return header == "Basic "+base64.StdEncoding.EncodeToString([]byte(j.o.User+":"+j.o.Token))
}

func (j *Jira) route(r *http.Request, body []byte) answer {
	path, ok := strings.CutPrefix(r.URL.Path, j.o.Base+"/rest/api/2/")
	if !ok {
		return answer{http.StatusNotFound, "text/html", "<html><title>Oops, you've found a dead link.</title></html>"}
	}
	parts := strings.Split(path, "/")
	where := r.Method + " " + parts[0]
	if len(parts) == 2 && parts[0] != "issue" && parts[0] != "project" {
		where += "/" + parts[1]
	}
	if parts[0] == "issue" && len(parts) >= 2 {
		i, ok := j.byKey[parts[1]]
		if !ok {
			return messages(http.StatusNotFound, "Issue does not exist or you do not have permission to see it.")
		}
		what := r.Method + " " + strings.Join(parts[2:], "/")
		switch what {
		case "GET ":
			return j.show(i, r.URL.Query())
		case "GET transitions":
			return j.offer(i)
		case "POST transitions":
			return j.transit(i, body)
		case "GET comment":
			return j.commentsOf(i, r.URL.Query())
		case "POST comment":
			return j.comment(i, body)
		case "POST remotelink":
			return j.link(i, body)
		}
		return messages(http.StatusNotFound, "null for uri: "+r.URL.Path)
	}
	switch where {
	case "GET serverInfo":
		return j.about()
	case "GET myself":
		return with(http.StatusOK, j.user(self))
	case "GET status":
		return with(http.StatusOK, j.allStatuses())
	case "GET project":
		if len(parts) == 2 {
			return j.project(parts[1])
		}
	case "POST issue":
		return j.create(body)
	case "GET search/jql":
		if j.o.Cloud {
			return j.searchCloud(r.URL.Query())
		}
	case "GET search":
		if j.o.Cloud {
			return messages(http.StatusGone, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046")
		}
		return j.searchServer(r.URL.Query())
	}
	return messages(http.StatusNotFound, "null for uri: "+r.URL.Path)
}

func (j *Jira) about() answer {
	a := object{"baseUrl": "https://jira.example.com", "version": "9.12.4", "deploymentType": "Server", "serverTitle": "Jira"}
	if j.o.Cloud {
		a["version"], a["deploymentType"] = "1001.0.0-SNAPSHOT", "Cloud"
	}
	return with(http.StatusOK, a)
}

func (j *Jira) user(p person) object {
	if j.o.Cloud {
		return object{"accountId": p.id, "displayName": p.shown, "active": true}
	}
	return object{"name": p.name, "key": "JIRAUSER" + p.name, "displayName": p.shown, "active": true}
}

func (s status) object() object {
	return object{"id": s.id, "name": s.name, "statusCategory": object{"key": s.category, "name": s.category}}
}

func (j *Jira) allStatuses() (all []object) {
	for _, s := range j.statuses {
		all = append(all, s.object())
	}
	return all
}

func (j *Jira) project(key string) answer {
	if !slices.Contains(j.o.Projects, key) {
		return messages(http.StatusNotFound, fmt.Sprintf("No project could be found with key '%s'.", key))
	}
	return with(http.StatusOK, object{"key": key, "issueTypes": []object{{"name": "Task"}, {"name": "Sub-task", "subtask": true}}})
}
