package pagerduty

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"holdfast/rehearse/standin"
)

// reply is what goes back. Without a status nothing does, and the connection
// ends, when hangs is set not before the caller gives up.
type reply struct {
	status int
	media  string
	body   string
	hangs  bool
	misuse string
}

// ServeHTTP answers one request, to either interface.
func (p *PagerDuty) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	c := Call{At: p.clock.Now(), Method: r.Method, Path: r.URL.Path}
	a := p.answer(r, &c)
	c.Status, c.Why = a.status, a.misuse
	p.record(c)
	if a.hangs {
		<-r.Context().Done()
	}
	if a.status == 0 {
		panic(http.ErrAbortHandler) // ends the connection without an answer
	}
	out.Header().Set("Content-Type", a.media)
	if a.status == http.StatusTooManyRequests {
		out.Header().Set("Retry-After", "30")
	}
	out.WriteHeader(a.status)
	_, _ = io.WriteString(out, a.body) // whoever has hung up does not read it
}

func (p *PagerDuty) answer(r *http.Request, c *Call) reply {
	struck := p.Strike(r.Context())
	c.Fault = struck.Mode
	if !struck.Performs {
		return failing(struck.Mode)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return reply{}
	}
	p.mu.Lock()
	a := p.serve(r, body)
	p.mu.Unlock()
	if struck.Mode == standin.LostReply {
		return reply{misuse: a.misuse}
	}
	return a
}

// failing is what a mode of failure looks like on the wire.
func failing(mode string) reply {
	switch mode {
	case standin.Hang:
		return reply{hangs: true}
	case standin.Unauthorized:
		return unauthorized()
	case standin.Throttle:
		return refused(http.StatusTooManyRequests, 2020, "Rate Limit Exceeded")
	case standin.ServerError:
		return reply{status: http.StatusInternalServerError, media: "text/html", body: "<html>Internal Server Error</html>"}
	case standin.Unavailable:
		return reply{status: http.StatusServiceUnavailable, media: "text/html", body: "<html>Service Unavailable</html>"}
	case standin.Garbage:
		return reply{status: http.StatusOK, media: "text/html", body: "<html>Welcome</html>"}
	}
	return reply{} // Refuse, BadTLS
}

func (p *PagerDuty) serve(r *http.Request, body []byte) reply {
	if r.Method+" "+r.URL.Path == "POST /v2/enqueue" {
		return p.enqueue(body)
	}
	switch r.Header.Get("Authorization") {
	case "Token token=" + p.account.Key:
	case "":
		return misused(unauthorized(), "there is no Authorization header")
	default:
		return unauthorized()
	}
	if r.Header.Get("Accept") != "application/vnd.pagerduty+json;version=2" {
		return misused(refused(http.StatusBadRequest, 2001, "Invalid Input Provided", "Accept"), "the Accept header does not say version 2")
	}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	id := ""
	if len(parts) > 1 {
		id, parts[1] = parts[1], "ID"
	}
	switch r.Method + " " + strings.Join(parts, "/") {
	case "POST incidents":
		return p.create(r, body)
	case "GET incidents":
		return p.list(r)
	case "PUT incidents":
		return p.manage(r, body)
	case "GET incidents/ID/log_entries":
		return p.logEntries(r, id)
	case "GET incidents/ID":
		return p.show(id)
	case "POST incidents/ID/responder_requests":
		return p.ask(r, id, body)
	case "GET incidents/ID/notes":
		return p.notes(id)
	case "POST incidents/ID/notes":
		return p.note(r, id, body)
	case "POST incidents/ID/status_updates":
		return p.statusUpdate(r, id, body)
	case "GET oncalls":
		return p.onCalls(r)
	case "GET services/ID":
		return p.service(id)
	case "GET escalation_policies/ID":
		return p.policy(id)
	case "GET priorities":
		return p.priorities()
	case "GET users":
		return p.users(r)
	}
	return misused(refused(http.StatusNotFound, 2100, "Not Found"), "there is no such call")
}

func misused(a reply, why string) reply {
	a.misuse = why
	return a
}

func unauthorized() reply {
	return refused(http.StatusUnauthorized, 2006, "Unauthorized")
}

// refused is an error in the form of the REST API.
func refused(status, code int, message string, errs ...string) reply {
	says := map[string]any{"message": message, "code": code}
	if len(errs) > 0 {
		says["errors"] = errs
	}
	return given(status, map[string]any{"error": says})
}

func given(status int, says any) reply {
	body, err := json.Marshal(says)
	if err != nil {
		return reply{status: http.StatusInternalServerError, media: "text/plain", body: fmt.Sprint(err)}
	}
	return reply{status: status, media: "application/json", body: string(body)}
}
