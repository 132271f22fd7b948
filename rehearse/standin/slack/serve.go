package slack

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// call is one call of a method while it is carried out. The workspace's lock
// is held.
type call struct {
	form url.Values
	now  time.Time
}

func (c call) get(name string) string { return c.form.Get(name) }

func (c call) is(name string) bool { return c.get(name) == "true" || c.get(name) == "1" }

// list reads a list, separated by commas or as JSON.
func (c call) list(name string) []string {
	var all []string
	if json.Unmarshal([]byte(c.get(name)), &all) == nil {
		return all
	}
	return strings.FieldsFunc(c.get(name), func(r rune) bool { return r == ',' || r == ' ' })
}

// answer is what a method answers beside "ok".
type answer map[string]any

// refusal is Slack's word for why a method does nothing.
type refusal struct {
	word string
	more answer
}

func (r refusal) Error() string { return r.word }

func no(word string) error { return refusal{word: word} }

// invalid refuses with the places at which a call is wrong.
func invalid(word string, places ...string) error {
	return refusal{word, answer{"response_metadata": answer{"messages": places}, "errors": places}}
}

// ServeHTTP answers one request.
func (w *Workspace) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	switch path, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); {
	case path == "api":
		w.serveCall(out, r, rest)
	case path == "upload":
		w.serveUpload(out, r, rest)
	case path == "response":
		w.serveResponse(out, r, rest)
	case path == "socket":
		w.socket.serve(out, r, rest)
	default:
		http.NotFound(out, r)
	}
}

func (w *Workspace) serveCall(out http.ResponseWriter, r *http.Request, name string) {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	w.At(scheme + r.Host)
	form, token, err := readForm(r)
	done := Call{Method: name, At: w.o.Clock.Now(), Form: form, Status: http.StatusOK}
	var a answer
	var after time.Duration
	lose := false
	if err == nil {
		a, after, lose, err = w.carryOut(&done, token)
	}
	if err != nil {
		a = refused(&done, err)
	}
	a["ok"] = done.Error == "" && done.Status == http.StatusOK
	if lose {
		done.Status = 0
	}
	w.record(done)
	if lose {
		panic(http.ErrAbortHandler) // ends the connection without an answer
	}
	if after > 0 {
		out.Header().Set("Retry-After", whole(after))
	}
	out.Header().Set("X-OAuth-Scopes", strings.Join(w.o.Scopes, ","))
	writeJSON(out, done.Status, a)
}

// carryOut does what a call asks for, unless Before strikes it.
func (w *Workspace) carryOut(done *Call, token string) (a answer, after time.Duration, lose bool, err error) {
	if w.o.Before != nil {
		status, word, wait, lost := w.o.Before(done.Method, maps.Clone(done.Form))
		if status != 0 && status != http.StatusOK {
			done.Status = status
			if word == "" && status == http.StatusTooManyRequests {
				word = "ratelimited"
			}
			done.Error = word
			return answer{"error": word}, wait, lost, nil
		}
		if word != "" {
			return nil, wait, lost, no(word)
		}
		lose = lost
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	m, known := methods[done.Method]
	if !known {
		return nil, 0, lose, no("unknown_method")
	}
	asked := call{form: done.Form, now: done.At}
	if err := w.admit(done.Method, m, asked, token); err != nil {
		return nil, 0, lose, err
	}
	if wait := w.limit(done.Method, m, done.Form, done.At); wait > 0 {
		done.Status, done.Error = http.StatusTooManyRequests, "ratelimited"
		return answer{"error": done.Error}, wait, lose, nil
	}
	a, err = m.do(w, asked)
	if a == nil {
		a = answer{}
	}
	return a, 0, lose, err
}

func refused(done *Call, err error) answer {
	a := answer{}
	var r refusal
	if errors.As(err, &r) {
		maps.Copy(a, r.more)
	}
	done.Error = err.Error()
	a["error"] = done.Error
	return a
}

// admit refuses a token that may not call a method. mu is held.
func (w *Workspace) admit(name string, m method, c call, token string) error {
	switch {
	case token == "":
		return no("not_authed")
	case token != w.o.BotToken && token != w.o.AppToken:
		return no("invalid_auth")
	case (token == w.o.AppToken) != (name == "apps.connections.open"):
		return no("not_allowed_token_type")
	case token == w.o.BotToken && w.revoked != "":
		return no(w.revoked)
	}
	if missing := w.lacks(name, m, c); token == w.o.BotToken && len(missing) > 0 {
		return refusal{"missing_scope", answer{"needed": strings.Join(missing, ","), "provided": strings.Join(w.o.Scopes, ",")}}
	}
	if w.denied[name] {
		return no("restricted_action")
	}
	return nil
}

func (w *Workspace) granted(scope string) bool { return slices.Contains(w.o.Scopes, scope) }

func (w *Workspace) record(c Call) {
	w.mu.Lock()
	w.calls = append(w.calls, c)
	told := slices.Clone(w.told)
	w.mu.Unlock()
	for _, f := range told {
		f(c)
	}
}

// readForm reads the arguments of a call, of whatever shape, and its token.
func readForm(r *http.Request) (form url.Values, token string, err error) {
	form = url.Values{}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return form, "", no("request_timeout")
	}
	switch media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media {
	case "application/json":
		var all map[string]json.RawMessage
		if len(body) > 0 && json.Unmarshal(body, &all) != nil {
			return form, "", no("invalid_json")
		}
		for name, value := range all {
			form.Set(name, flat(value))
		}
	case "application/x-www-form-urlencoded", "":
		if form, err = url.ParseQuery(string(body)); err != nil {
			return url.Values{}, "", no("invalid_form_data")
		}
	default:
		return form, "", no("invalid_post_type")
	}
	for name, values := range r.URL.Query() {
		if !form.Has(name) {
			form[name] = values
		}
	}
	token = form.Get("token")
	form.Del("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	return form, token, nil
}

// flat is a JSON value as an argument of a form: a text without its quotes, and
// anything else as it is.
func flat(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text // and "" for null
	}
	return string(value)
}

func writeJSON(out http.ResponseWriter, status int, a any) {
	body, err := json.Marshal(a)
	if err != nil {
		http.Error(out, err.Error(), http.StatusInternalServerError)
		return
	}
	out.Header().Set("Content-Type", "application/json; charset=utf-8")
	out.WriteHeader(status)
	_, _ = out.Write(body) // whoever has hung up does not read it
}

// whole is a time in whole seconds, rounded up.
func whole(d time.Duration) string {
	b, _ := json.Marshal(int(math.Ceil(d.Seconds()))) // a number can always be written
	return string(b)
}
