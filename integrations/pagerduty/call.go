package pagerduty

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	api "github.com/PagerDuty/go-pagerduty"

	"holdfast/integrations"
	"holdfast/internal/outbound"
)

// name is how errors call it.
const name = "PagerDuty"

// call is one request through the library. It keeps what the library loses of
// an answer: the reason and the Retry-After of a refusal, what kind of failure
// a lost connection was, and with what status something was accepted.
type call struct {
	*api.Client
	pager   *Pager
	status  int
	failure *outbound.Failure
}

func (p *Pager) call() *call {
	c := &call{pager: p}
	c.Client = api.NewClient(p.o.Key, api.WithAPIEndpoint(p.o.API), api.WithV2EventsAPIEndpoint(p.o.Events))
	c.HTTPClient = wire{c}
	return c
}

// wire is what the library sends through.
type wire struct{ call *call }

// Do implements the library's HTTPClient.
func (w wire) Do(r *http.Request) (*http.Response, error) {
	c := w.call
	resp, err := c.pager.o.HTTP.Do(r)
	if f := outbound.Failed(resp, err, c.pager.o.Clock.Now()); f != nil {
		f.Says = reason(f.Body)
		c.failure = f
		return nil, f
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.failure = &outbound.Failure{Status: resp.StatusCode, Err: err}
		return nil, c.failure
	}
	c.status = resp.StatusCode
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// over says what the end of a call means; nil when it brought what was asked
// for. want is the one status that says so.
func (c *call) over(ctx context.Context, err error, want int) error {
	switch {
	case c.failure != nil:
		return integrations.Failed(name, c.failure)
	case ctx.Err() != nil:
		return integrations.Failed(name, &outbound.Failure{Err: ctx.Err()})
	case err != nil:
		return c.unreadable("cannot be understood")
	case c.status != want:
		return c.unreadable("does not say that it was done")
	}
	return nil
}

func (c *call) unreadable(why string) error {
	return integrations.Failed(name, outbound.Unreadable(c.status, why))
}

// send makes a request that the library has no method for, or none that can be
// used, and reads the answer.
func (c *call) send(ctx context.Context, method, path, from string, body, into any, want int) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return integrations.Failed(name, err)
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.pager.o.API+path, content)
	if err != nil {
		return integrations.Failed(name, errors.New("its address cannot be used")) // err repeats it
	}
	if from != "" {
		r.Header.Set("From", from)
	}
	resp, err := c.Do(r, true)
	if err == nil {
		defer resp.Body.Close()
		err = json.NewDecoder(resp.Body).Decode(into)
	}
	return c.over(ctx, err, want)
}

// reason reads why PagerDuty refuses, in either of its two forms: that of the
// REST API and that of the Events API. What is in neither is somebody else's.
func reason(body []byte) string {
	var says struct {
		Error struct {
			Message string   `json:"message"`
			Errors  []string `json:"errors"`
		} `json:"error"`
		Status  string   `json:"status"`
		Message string   `json:"message"`
		Errors  []string `json:"errors"`
	}
	if json.Unmarshal(body, &says) != nil {
		return ""
	}
	message, errs := says.Error.Message, says.Error.Errors
	if message == "" && says.Status != "" {
		message, errs = says.Message, says.Errors
	}
	if message == "" {
		return ""
	}
	return strings.Join(append([]string{message}, errs...), ": ")
}

// isMissing says that PagerDuty itself does not have what was asked for.
func (c *call) isMissing() bool {
	return c.failure != nil && c.failure.Status == http.StatusNotFound && c.failure.Says != ""
}

const (
	perPage   = 100 // the most PagerDuty gives at once
	mostPages = 5   // what is beyond is cut: a call must end
)
