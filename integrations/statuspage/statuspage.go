// Package statuspage tells customers how things stand on a page of Atlassian
// Statuspage: incidents, their updates, and the components they concern.
// docs/statuspage.md leads there.
//
// The API is small and has no client library worth its dependency. What is
// known of it is in published_test.go. An incident has room for data of its
// maker that readers of the page do not see; there stands the key by which it
// is found again.
package statuspage

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
)

// Theirs is where Statuspage serves its API.
const Theirs = "https://api.statuspage.io/v1"

// Options say which page, and who Holdfast is there.
type Options struct {
	API   string           // the base; Theirs when empty
	Token string           // the API key of a user
	Page  string           // the page's id
	Quiet bool             // subscribers are not written to
	HTTP  *outbound.Client // makes the calls
	Clock clock.Clock      // nil: the system's
}

// Page is one status page. It keeps nothing and is safe for concurrent use.
type Page struct {
	o    Options
	name string // in errors
}

var _ integrations.StatusPage = (*Page)(nil)

var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// New returns a page, without calling Statuspage.
func New(o Options) (*Page, error) {
	if o.API == "" {
		o.API = Theirs
	}
	u, err := outbound.ParseURL(o.API)
	switch {
	case err != nil:
		return nil, err
	case u.User != nil || u.RawQuery != "":
		return nil, fault.New(fault.Usage, "The base of Statuspage holds a user or a query.", "Give the key as statuspage.token.")
	case o.Token == "" || strings.ContainsAny(o.Token, " \t\r\n"):
		return nil, fault.New(fault.Usage, "There is no API key for Statuspage, or it holds blanks.", "docs/statuspage.md says where to find one.")
	case !idForm.MatchString(o.Page):
		return nil, fault.New(fault.Usage, "The id of the status page is missing, or none.", "It is in the address of the page's own administration: manage.statuspage.io/pages/ID.")
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	o.API = strings.TrimRight(u.String(), "/")
	return &Page{o: o, name: "Statuspage at " + u.Host}, nil
}

// ours is what an incident on the page keeps for Holdfast. The API wants every
// value in it to be an object.
type ours struct {
	Holdfast struct {
		Incident string `json:"incident"`
		Last     string `json:"last"`
	} `json:"holdfast"`
}

// shown is an incident as the API gives it, as far as it is looked at.
type shown struct {
	ID       string `json:"id"`
	Metadata ours   `json:"metadata"`
}

// told is an incident as it is sent.
type told struct {
	Name       string            `json:"name"`
	Status     string            `json:"status"`
	Body       string            `json:"body"`
	Components map[string]string `json:"components,omitempty"`
	Affected   []string          `json:"component_ids,omitempty"`
	Notify     bool              `json:"deliver_notifications"`
	Metadata   ours              `json:"metadata"`
}

// What the page takes at most, in characters.
const (
	longestName = 255
	longestBody = 25000
)

func (p *Page) told(n integrations.Notice) (told, error) {
	t := told{Name: n.Name, Status: n.Status, Body: n.Text, Components: n.Components, Notify: !p.o.Quiet}
	t.Metadata.Holdfast.Incident, t.Metadata.Holdfast.Last = n.Incident, n.Key
	for id := range n.Components {
		if !idForm.MatchString(id) {
			return t, integrations.UnknownComponent(outbound.Sentence(id))
		}
		t.Affected = append(t.Affected, id)
	}
	slices.Sort(t.Affected)
	if c := utf8.RuneCountInString(n.Text); c > longestBody {
		return t, tooLong("text", c, longestBody)
	}
	if c := utf8.RuneCountInString(n.Name); c > longestName {
		return t, tooLong("headline", c, longestName)
	}
	return t, nil
}

// Find implements integrations.StatusPage. What is looked for was wanted not
// long ago, so it is among the newest: the API cannot be asked for the data that
// an incident keeps, and gives a hundred at a time.
func (p *Page) Find(ctx context.Context, incident string) (integrations.OnPage, bool, error) {
	for page := 1; page <= mostPages; page++ {
		var all []shown
		if err := p.list(ctx, "incidents", "limit", page, &all); err != nil {
			return integrations.OnPage{}, false, p.failed(err)
		}
		for _, x := range all {
			if h := x.Metadata.Holdfast; h.Incident == incident && idForm.MatchString(x.ID) {
				return integrations.OnPage{ID: x.ID, Last: h.Last}, true, nil
			}
		}
		if len(all) < perPage {
			break
		}
	}
	return integrations.OnPage{}, false, nil
}

// Open implements integrations.StatusPage.
func (p *Page) Open(ctx context.Context, n integrations.Notice) (string, error) {
	t, err := p.told(n)
	if err != nil {
		return "", err
	}
	var made shown
	if err := p.call(ctx, http.MethodPost, "/incidents", map[string]any{"incident": t}, &made); err != nil {
		return "", p.about(n, err)
	}
	if !idForm.MatchString(made.ID) {
		return "", p.failed(outbound.Unreadable(http.StatusCreated, "does not name the incident"))
	}
	return made.ID, nil
}

// Update implements integrations.StatusPage.
func (p *Page) Update(ctx context.Context, id string, n integrations.Notice) error {
	if !idForm.MatchString(id) {
		return integrations.UnknownOnPage(outbound.Sentence(id))
	}
	t, err := p.told(n)
	if err != nil {
		return err
	}
	var made shown
	err = p.call(ctx, http.MethodPatch, "/incidents/"+id, map[string]any{"incident": t}, &made)
	switch {
	case isMissing(err):
		return integrations.UnknownOnPage(id)
	case err != nil:
		return p.about(n, err)
	case made.ID != id:
		return p.failed(outbound.Unreadable(http.StatusOK, "does not name the incident"))
	}
	return nil
}

func tooLong(what string, is, most int) error {
	f := fault.Newf(fault.Length, "Tell customers by hand, in fewer words.", "The %s has %d characters; the status page takes %d.", what, is, most)
	f.Permanent = true
	return f
}
