package inslack

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"holdfast/rehearse/standin"
)

// wire takes what one process calls to the workspace, without a network. It
// fails as the scenario says, the way Slack fails.
type wire struct {
	slack  http.Handler
	faults *standin.Faults
	alive  func() bool
}

var errDied = errors.New("the process has ended")

// lookups are the calls that find out who and where somebody is. Where failing
// calls are counted they are left out: what counts is what the bot does.
var lookups = map[string]bool{
	"/api/auth.test": true, "/api/users.conversations": true, "/api/conversations.list": true,
	"/api/conversations.info": true, "/api/conversations.open": true,
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if !w.alive() {
		return nil, errDied
	}
	out := standin.Outcome{Performs: true}
	if !lookups[r.URL.Path] || !w.faults.Counted() {
		out = w.faults.Strike(r.Context())
	}
	if !out.Performs {
		return refusal(r, out)
	}
	served := serve(w.slack, r)
	if out.Err != nil {
		return nil, out.Err
	}
	return served.response(r), nil
}

// refusal is how Slack fails to do what it was asked.
func refusal(r *http.Request, out standin.Outcome) (*http.Response, error) {
	said := func(status int, body string) (*http.Response, error) {
		answer := &written{header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, status: status}
		if status == http.StatusTooManyRequests {
			answer.header.Set("Retry-After", "30")
		}
		answer.body.WriteString(body)
		return answer.response(r), nil
	}
	switch out.Mode {
	case standin.Unauthorized:
		return said(http.StatusOK, `{"ok":false,"error":"invalid_auth"}`)
	case standin.Throttle:
		return said(http.StatusTooManyRequests, `{"ok":false,"error":"ratelimited"}`)
	case standin.ServerError:
		return said(http.StatusInternalServerError, `{"ok":false,"error":"internal_error"}`)
	case standin.Unavailable:
		return said(http.StatusServiceUnavailable, `{"ok":false,"error":"service_unavailable"}`)
	case standin.Garbage:
		return said(http.StatusOK, `<html>Slack is having a moment</html>`)
	}
	return nil, out.Err
}

// serve has a handler answer a request that a client has made.
func serve(h http.Handler, r *http.Request) *written {
	asked := r.Clone(r.Context())
	if asked.Body == nil {
		asked.Body = http.NoBody
	}
	asked.Host, asked.RequestURI = r.URL.Host, r.URL.RequestURI()
	answer := &written{header: http.Header{}}
	h.ServeHTTP(answer, asked)
	answer.WriteHeader(http.StatusOK)
	return answer
}

// written is an answer as it was written.
type written struct {
	header http.Header
	status int // 0 until it is known
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (w *written) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter: the first status counts.
func (w *written) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write implements http.ResponseWriter.
func (w *written) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *written) response(r *http.Request) *http.Response {
	return &http.Response{Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r}
}

// again is a request whose body has not been read yet.
func again(r *http.Request) (*http.Request, error) {
	body, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	fresh := r.Clone(r.Context())
	fresh.Body = body
	return fresh, nil
}

// bodyOf reads the body of a request that can be read again.
func bodyOf(r *http.Request) ([]byte, error) {
	body, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	var all bytes.Buffer
	_, err = io.Copy(&all, body)
	return all.Bytes(), err
}

func bare(room string) string { return strings.TrimPrefix(room, "#") }
