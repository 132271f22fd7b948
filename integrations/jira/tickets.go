package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	jira "github.com/andygrunwald/go-jira"

	"holdfast/integrations"
	"holdfast/internal/outbound"
)

// commonLabel is on every ticket that Holdfast opens, for people's filters.
const commonLabel = "holdfast"

// Create implements integrations.Tracker. The key becomes a label.
func (t *Tracker) Create(ctx context.Context, n integrations.NewTicket) (string, error) {
	if !projectForm.MatchString(n.Project) {
		return "", integrations.UnknownProject(outbound.Sentence(n.Project))
	}
	label := t.label(n.Key)
	fields := map[string]any{
		"project":     map[string]string{"key": n.Project},
		"summary":     title(n.Title),
		"description": verbatim(n.Body),
		"issuetype":   map[string]string{"name": t.options.Type},
		"labels":      []string{commonLabel, label},
	}
	if n.Parent != "" {
		if err := checkKey(n.Parent); err != nil {
			return "", err
		}
		fields["parent"] = map[string]string{"key": n.Parent}
		fields["issuetype"] = map[string]string{"name": t.options.SubType}
	}
	var made struct{ ID, Key string }
	err := t.call(ctx, http.MethodPost, "rest/api/2/issue", map[string]any{"fields": fields}, &made)
	if err == nil && !keyForm.MatchString(made.Key) {
		err = outbound.Unreadable(http.StatusCreated, "does not name the ticket")
	}
	if err != nil {
		return "", t.notOpened(label, n.Project, err)
	}
	t.opened(made.ID)
	return made.Key, nil
}

// notOpened remembers that a ticket may have been opened all the same.
func (t *Tracker) notOpened(label, project string, err error) error {
	var f *outbound.Failure
	if !errors.As(err, &f) || f.Status < 300 || f.Status >= 500 {
		t.mu.Lock()
		t.doubtful[label] = t.options.Clock.Now()
		t.mu.Unlock()
	}
	if f != nil && f.Status == http.StatusBadRequest && complaintIn(f.Body).Errors["project"] != "" {
		return integrations.UnknownProject(project)
	}
	return t.failed(err)
}

// ownMost is how many tickets Jira reads afresh for one search.
const ownMost = 50

func (t *Tracker) opened(id string) {
	n, err := strconv.Atoi(id)
	if err != nil {
		return // a search sees it a little later
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.own = append(t.own, n); len(t.own) > ownMost {
		t.own = slices.Delete(t.own, 0, 1)
	}
}

// Find implements integrations.Tracker. A search lags behind what is there, so
// that nothing is found says little right after a ticket may have been opened:
// for that time it is an error that says when to come back.
func (t *Tracker) Find(ctx context.Context, key string) (string, bool, error) {
	label := t.label(key)
	found, err := t.search(ctx, fmt.Sprintf("labels = %q ORDER BY created ASC", label), []string{"labels"}, 10, t.recent())
	if err != nil {
		return "", false, err
	}
	for _, issue := range found {
		if issue.Fields != nil && slices.Contains(issue.Fields.Labels, label) && keyForm.MatchString(issue.Key) {
			t.mu.Lock()
			delete(t.doubtful, label)
			t.mu.Unlock()
			return issue.Key, true, nil
		}
	}
	if wait := t.unsettled(label); wait > 0 {
		return "", false, &Unsettled{Provider: t.name, After: wait}
	}
	return "", false, nil
}

// settling is how long after a ticket may have been opened a search is believed
// that does not find it. Jira's index is usually seconds behind.
const settling = 30 * time.Second

func (t *Tracker) unsettled(label string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	since, doubted := t.doubtful[label]
	if !doubted {
		since = t.started // another process may have asked for it right before
	}
	if wait := since.Add(settling).Sub(t.options.Clock.Now()); wait > 0 {
		return wait
	}
	delete(t.doubtful, label)
	return 0
}

// Unsettled says that a search which found nothing came too early to be
// believed.
type Unsettled struct {
	Provider string
	After    time.Duration
}

func (e *Unsettled) Error() string {
	return fmt.Sprintf("%s does not find the ticket, and its search may be behind: asked again in %s", e.Provider, e.After.Round(time.Second))
}

// RetryAfter is when the search can be believed.
func (e *Unsettled) RetryAfter() time.Duration { return e.After }

// Untouched says that Jira is well, and nothing was done.
func (e *Unsettled) Untouched() bool { return true }

func (t *Tracker) recent() []int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.own)
}

// mostPages bounds a search that does not end.
const mostPages = 20

// search returns the tickets that a query finds, at most so many. Cloud and Data
// Center have different ways to search; fresh names tickets that Cloud is to look
// at beyond what its index holds.
func (t *Tracker) search(ctx context.Context, jql string, fields []string, most int, fresh []int) ([]jira.Issue, error) {
	cloud, err := t.cloud(ctx)
	if err != nil {
		return nil, err
	}
	var found []jira.Issue
	token := ""
	for range mostPages {
		var page []jira.Issue
		var answer *jira.Response
		if cloud {
			page, answer, err = t.api.Issue.SearchV2JQLWithContext(ctx, jql, &jira.SearchOptionsV2{Fields: fields, MaxResults: most - len(found), NextPageToken: token, ReconcileIssues: fresh})
		} else {
			page, answer, err = t.api.Issue.SearchWithContext(ctx, jql, &jira.SearchOptions{Fields: fields, MaxResults: most - len(found), StartAt: len(found)})
		}
		if err != nil {
			return nil, t.failed(err)
		}
		found = append(found, page...)
		over := len(page) == 0 || len(found) >= most
		if cloud {
			token = answer.NextPageToken
			over = over || token == ""
		} else {
			over = over || len(found) >= answer.Total
		}
		if over {
			break
		}
	}
	return found, nil
}
