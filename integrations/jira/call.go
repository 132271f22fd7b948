package jira

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
)

// caller makes the library's calls through outbound. An answer has been read,
// closed and looked at when the library gets it, which therefore leaks no body
// and needs to judge none: whatever is not a good answer of Jira's comes as a
// *outbound.Failure.
type caller struct {
	http  *outbound.Client
	clock clock.Clock
	auth  string
}

// Do implements the client that the library wants.
func (c *caller) Do(r *http.Request) (*http.Response, error) {
	r.Header.Set("Authorization", c.auth)
	r.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(r)
	if f := outbound.Failed(resp, err, c.clock.Now()); f != nil {
		if f.Says = says(f.Body); f.Says == "" && resp != nil && isPage(resp.Header) {
			f.Says = "a web page, as a sign-on page or a proxy in front of Jira writes it"
			if f.Status == http.StatusBadRequest || f.Status == http.StatusNotFound || f.Status == http.StatusUnprocessableEntity {
				f.Err, f.Says = outbound.Unreadable(f.Status, notJira).Err, "" // which is no word of Jira's
			}
		}
		return nil, f
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return nil, &outbound.Failure{Status: resp.StatusCode, Err: err}
	case isPage(resp.Header):
		return nil, outbound.Unreadable(resp.StatusCode, notJira)
	case len(body) > 0 && !json.Valid(body):
		return nil, outbound.Unreadable(resp.StatusCode, "is not the JSON that Jira writes")
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

const notJira = "is a web page and not Jira's: a sign-on page or a proxy stands before it; look at jira.url and jira.token"

func isPage(h http.Header) bool {
	media, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return media == "text/html" || media == "application/xhtml+xml"
}

// complaint is how Jira words an error.
type complaint struct {
	Messages []string          `json:"errorMessages"`
	Errors   map[string]string `json:"errors"`
	Message  string            `json:"message"`
}

func complaintIn(body []byte) (c complaint) {
	_ = json.Unmarshal(body, &c) // what is none says nothing
	return c
}

// says is why Jira refuses, in its own words.
func says(body []byte) string {
	c := complaintIn(body)
	all := c.Messages
	for _, field := range slices.Sorted(maps.Keys(c.Errors)) {
		all = append(all, field+": "+c.Errors[field])
	}
	if len(all) == 0 && c.Message != "" {
		all = []string{c.Message}
	}
	return strings.Join(all, "; ")
}

// failed gives an error its meaning to the engine.
func (t *Tracker) failed(err error) error {
	var f *outbound.Failure
	if !errors.As(err, &f) {
		f = outbound.Unreadable(http.StatusOK, "is not what Jira answers to this")
	}
	return integrations.Failed(t.name, f)
}

// isMissing says that Jira itself has no such ticket, or shows it to nobody of
// Holdfast's rights.
func isMissing(err error) bool {
	var f *outbound.Failure
	return errors.As(err, &f) && f.Status == http.StatusNotFound && f.Says != ""
}

// of is failed for a call about one ticket.
func (t *Tracker) of(ticket string, err error) error {
	if isMissing(err) {
		return integrations.UnknownTicket(ticket)
	}
	return t.failed(err)
}

// call makes one call that the library has no fitting method for.
func (t *Tracker) call(ctx context.Context, method, path string, body, answer any) error {
	r, err := t.api.NewRequestWithContext(ctx, method, path, body)
	if err != nil {
		return fmt.Errorf("write a request to Jira: %w", err)
	}
	_, err = t.api.Do(r, answer)
	return err
}
