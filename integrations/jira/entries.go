package jira

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	jira "github.com/andygrunwald/go-jira"

	"holdfast/internal/outbound"
)

// Link implements integrations.Tracker with a remote link, which Jira keeps once
// for each global id.
func (t *Tracker) Link(ctx context.Context, ticket, incident, globalID string) error {
	if err := checkKey(ticket); err != nil {
		return err
	}
	made, _, err := t.api.Issue.AddRemoteLinkWithContext(ctx, ticket, &jira.RemoteLink{
		GlobalID: globalID, Relationship: "incident",
		Application: &jira.RemoteLinkApplication{Type: "holdfast", Name: "Holdfast"},
		Object:      &jira.RemoteLinkObject{URL: t.page(incident), Title: incident},
	})
	if err == nil && made.ID == 0 {
		err = outbound.Unreadable(http.StatusOK, "does not name the link")
	}
	if err != nil {
		return t.of(ticket, err)
	}
	return nil
}

// page is where the link leads. Jira demands an address; where people reach
// Holdfast nowhere, it is one that is reserved for leading nowhere.
func (t *Tracker) page(incident string) string {
	if t.options.Page != nil {
		return t.options.Page(incident)
	}
	return "https://holdfast.invalid/" + segment(incident)
}

// Comment implements integrations.Tracker. The key ends the comment as a
// reference, by which it is found again: comments are read from the database, so
// one that was made is seen at once.
func (t *Tracker) Comment(ctx context.Context, ticket, text, key string) error {
	if err := checkKey(ticket); err != nil {
		return err
	}
	reference := "Holdfast, " + t.label(key)
	there, err := t.hasComment(ctx, ticket, reference)
	if err != nil || there {
		return err
	}
	var made struct{ ID string }
	err = t.call(ctx, http.MethodPost, "rest/api/2/issue/"+ticket+"/comment", map[string]string{"body": verbatim(text) + "\n" + reference}, &made)
	if err == nil && made.ID == "" {
		err = outbound.Unreadable(http.StatusCreated, "does not name the comment")
	}
	if err != nil {
		return t.of(ticket, err)
	}
	return nil
}

func (t *Tracker) hasComment(ctx context.Context, ticket, reference string) (bool, error) {
	const perPage = 100
	for seen := 0; ; {
		var page struct {
			Total    *int `json:"total"`
			Comments []struct {
				Body string `json:"body"`
			} `json:"comments"`
		}
		q := url.Values{"startAt": {fmt.Sprint(seen)}, "maxResults": {fmt.Sprint(perPage)}, "orderBy": {"-created"}}
		err := t.call(ctx, http.MethodGet, "rest/api/2/issue/"+ticket+"/comment?"+q.Encode(), nil, &page)
		if err == nil && page.Total == nil {
			err = outbound.Unreadable(http.StatusOK, "does not say how many comments there are")
		}
		if err != nil {
			return false, t.of(ticket, err)
		}
		for _, c := range page.Comments {
			if strings.HasSuffix(strings.TrimSpace(c.Body), reference) {
				return true, nil
			}
		}
		seen += len(page.Comments)
		if len(page.Comments) == 0 || seen >= *page.Total || seen >= mostPages*perPage {
			return false, nil
		}
	}
}
