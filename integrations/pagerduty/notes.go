package pagerduty

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"holdfast/integrations"
)

// longestNote is in characters.
const longestNote = 2000

// Note implements integrations.PageNotes. PagerDuty writes down that the user
// did it as whom Holdfast acts.
func (p *Pager) Note(ctx context.Context, n integrations.PageNote) error {
	id, found, err := p.noted(ctx, n)
	if err != nil || !found {
		return err
	}
	if n.Again {
		if there, err := p.hasNote(ctx, id, n.Mark); err != nil || there {
			return err
		}
	}
	// The library takes the From header from the note's author, and sends one.
	return p.write(ctx, "/incidents/"+id+"/notes", "note", map[string]any{"note": map[string]string{"content": shorten(n)}})
}

// Update implements integrations.PageNotes.
func (p *Pager) Update(ctx context.Context, n integrations.PageNote) error {
	id, found, err := p.noted(ctx, n)
	if err != nil || !found {
		return err
	}
	return p.write(ctx, "/incidents/"+id+"/status_updates", "status_update", map[string]string{"message": shorten(n)})
}

// write posts what an incident is told. One that is gone is told nothing.
func (p *Pager) write(ctx context.Context, path, what string, body any) error {
	var answer map[string]struct {
		ID string `json:"id"`
	}
	c := p.call()
	err := c.send(ctx, http.MethodPost, path, p.o.From, body, &answer, http.StatusOK)
	switch {
	case c.isMissing():
		return nil
	case err != nil:
		return err
	case answer[what].ID == "":
		return c.unreadable("does not show what was written")
	}
	return nil
}

// noted returns the incident that a note is for; found is false for a page that
// another pager has made, or that PagerDuty does not have.
func (p *Pager) noted(ctx context.Context, n integrations.PageNote) (id string, found bool, err error) {
	if isElsewhere(n.Key, n.ID) { // or beside another page, which is told
		return "", false, nil
	}
	return p.incidentOf(ctx, n.Key, n.ID)
}

func (p *Pager) hasNote(ctx context.Context, id, mark string) (bool, error) {
	var answer struct {
		Notes []struct {
			Content string `json:"content"`
		} `json:"notes"`
	}
	c := p.call()
	if err := c.send(ctx, http.MethodGet, "/incidents/"+id+"/notes", "", nil, &answer, http.StatusOK); err != nil {
		if c.isMissing() {
			return true, nil // there is nothing to write it on
		}
		return false, err
	}
	if answer.Notes == nil {
		return false, c.unreadable("has no list of notes")
	}
	for _, x := range answer.Notes {
		if strings.Contains(x.Content, mark) {
			return true, nil
		}
	}
	return false, nil
}

// shorten cuts a note and keeps its mark, by which it is found and where the
// whole text is.
func shorten(n integrations.PageNote) string {
	if utf8.RuneCountInString(n.Text) <= longestNote {
		return n.Text
	}
	end := " (cut, full text " + strings.Trim(n.Mark, "()") + ") " + n.Mark
	return string([]rune(n.Text)[:longestNote-utf8.RuneCountInString(end)-1]) + "…" + end
}
