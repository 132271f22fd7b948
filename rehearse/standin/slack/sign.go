package slack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Where the app is told of things, by path. The host of a request is
// app.invalid until whoever sends it over a network puts in another; neither is
// signed.
const (
	CommandsPath     = "/slack/commands"
	InteractionsPath = "/slack/interactions"
	EventsPath       = "/slack/events"
)

// Sign returns the headers that prove a body to be Slack's at a time.
func (w *Workspace) Sign(body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(w.o.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	h := http.Header{}
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return h
}

// Again is a request once more, as Slack sends it when the app did not answer
// in time: the same body, signed now, with the number of the try, from 1, and
// the reason, such as http_timeout.
func (w *Workspace) Again(r *http.Request, try int, reason string) *http.Request {
	again := w.request(r.URL.Path, r.Header.Get("Content-Type"), bodyOf(r))
	again.Header.Set("X-Slack-Retry-Num", strconv.Itoa(try))
	again.Header.Set("X-Slack-Retry-Reason", reason)
	return again
}

// bodyOf reads the body of a request made here, which can be read again.
func bodyOf(r *http.Request) []byte {
	body, err := r.GetBody()
	if err != nil {
		panic(err) // the body is a reader of bytes
	}
	all, err := io.ReadAll(body)
	if err != nil {
		panic(err)
	}
	return all
}

// request makes a request that the app is to answer, signed now.
func (w *Workspace) request(path, media string, body []byte) *http.Request {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://app.invalid"+path, bytes.NewReader(body))
	if err != nil {
		panic(err) // the address is constant
	}
	r.Header = w.Sign(body, w.o.Clock.Now())
	r.Header.Set("Content-Type", media)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	r.RemoteAddr = "192.0.2.1:1234"
	return r
}

const (
	mediaForm = "application/x-www-form-urlencoded"
	mediaJSON = "application/json"
)

func (w *Workspace) interaction(payload answer) *http.Request {
	return w.request(InteractionsPath, mediaForm, []byte(url.Values{"payload": {string(marshal(payload))}}.Encode()))
}

// marshal writes what is made here of values that can all be written.
func marshal(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return body
}
