package statuspage

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
	"holdfast/internal/outbound"
)

const (
	perPage   = 100 // the most that Statuspage gives at once
	mostPages = 5   // what is beyond is cut: a call must end, and sixty a minute are allowed
)

// call makes one call about the page and reads the answer into what is given.
// Its errors are *outbound.Failure.
func (p *Page) call(ctx context.Context, method, path string, body, into any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return &outbound.Failure{Err: fmt.Errorf("write the request: %w", err)}
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, p.o.API+"/pages/"+p.o.Page+path, content)
	if err != nil {
		return &outbound.Failure{Err: errors.New("its address cannot be used")} // err repeats it
	}
	r.Header.Set("Authorization", "OAuth "+p.o.Token)
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := p.o.HTTP.Do(r)
	if f := outbound.Failed(resp, err, p.o.Clock.Now()); f != nil {
		return refused(f, resp)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return &outbound.Failure{Status: resp.StatusCode, Err: err}
	case isPage(resp.Header):
		return outbound.Unreadable(resp.StatusCode, notTheirs)
	case json.Unmarshal(text, into) != nil:
		return outbound.Unreadable(resp.StatusCode, "is not the JSON that Statuspage writes")
	}
	return nil
}

const notTheirs = "is a web page and not Statuspage's: a sign-on page or a proxy stands before it; look at statuspage.api"

// refused reads why Statuspage refuses. Only its own words end anything.
func refused(f *outbound.Failure, resp *http.Response) *outbound.Failure {
	const enhanceYourCalm = 420 // what it said before 429, and to some still does
	if f.Status == enhanceYourCalm {
		f.Status = http.StatusTooManyRequests
	}
	switch f.Says = says(f.Body); {
	case f.Says != "" || resp == nil || !isPage(resp.Header):
	case f.Status == http.StatusBadRequest || f.Status == http.StatusNotFound || f.Status == http.StatusUnprocessableEntity:
		f.Err = outbound.Unreadable(f.Status, notTheirs).Err
	}
	return f
}

// says reads an error: a text, or a list of them.
func says(body []byte) string {
	var one struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	if json.Unmarshal(body, &one) != nil {
		return ""
	}
	var text string
	var list []string
	switch {
	case json.Unmarshal(one.Error, &text) == nil && text != "":
		return text
	case json.Unmarshal(one.Error, &list) == nil && len(list) > 0:
		return strings.Join(list, "; ")
	}
	return one.Message
}

func isPage(h http.Header) bool {
	media, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return media == "text/html" || media == "application/xhtml+xml"
}

// list gets one page of a list. size is how the API calls the number of rows.
func (p *Page) list(ctx context.Context, what, size string, page int, into any) error {
	return p.call(ctx, http.MethodGet, fmt.Sprintf("/%s?%s=%d&page=%d", what, size, perPage, page), nil, into)
}

// failed gives an error its meaning to the engine.
func (p *Page) failed(err error) error {
	if isMissing(err) {
		return integrations.UnknownPage(p.o.Page)
	}
	return integrations.Failed(p.name, err)
}

// about is failed for a notice, which may name components that are gone.
func (p *Page) about(n integrations.Notice, err error) error {
	var f *outbound.Failure
	if errors.As(err, &f) && f.Status == http.StatusUnprocessableEntity && strings.Contains(strings.ToLower(f.Says), "component") {
		for _, id := range slices.Sorted(maps.Keys(n.Components)) {
			if strings.Contains(f.Says, id) || len(n.Components) == 1 {
				return integrations.UnknownComponent(id)
			}
		}
	}
	return p.failed(err)
}

// isMissing says that Statuspage itself does not have what was asked for.
func isMissing(err error) bool {
	var f *outbound.Failure
	return errors.As(err, &f) && f.Status == http.StatusNotFound && f.Says != ""
}
