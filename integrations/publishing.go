package integrations

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// Publishing performs statuspage effects: what customers are told once it is
// approved. Nothing of an incident leaves by this way but that text, the
// headline that approvers have seen, and how its components stand.
type Publishing struct{ Page StatusPage }

// Perform says one update on the page. Before an incident is begun there, and
// before anything is said again, it looks whether that has been done.
func (p Publishing) Perform(ctx context.Context, s incident.State, a journal.Attempt) (ref string, err error) {
	if a.Type != journal.StatusPage {
		return "", fmt.Errorf("publishing cannot perform a %s", a.Type)
	}
	u, ok := s.SentUpdate(a.Subject)
	if !ok || u.Public == nil || s.Drill {
		return "", lasting(fault.Newf(fault.NotOpen, "Tell customers by hand.", "%s has no update %q that may be published.", s.ID, a.Subject))
	}
	n := Notice{Incident: onPage(s, u.Public.Round), Key: hashed(a.Key + "\n" + firstAsked(s)), Name: u.Public.Name, Status: u.Public.Status, Text: u.Text, Components: u.Public.Components}
	id := s.PublishedAs(u.Public.Round)
	if id == "" || a.Doubtful {
		before, found, err := p.Page.Find(ctx, n.Incident)
		switch {
		case err != nil:
			return "", fmt.Errorf("look what the status page says: %w", err)
		case found && before.Last == n.Key:
			return before.ID, nil
		case found:
			id = before.ID
		}
	}
	if id == "" {
		if id, err = p.Page.Open(ctx, n); err != nil {
			return "", fmt.Errorf("open an incident on the status page: %w", err)
		}
		return id, nil
	}
	if err := p.Page.Update(ctx, id, n); err != nil {
		return "", fmt.Errorf("update the status page: %w", err)
	}
	return id, nil
}

// onPage names an incident for the page, which anybody may read: not by its
// number. What was resolved there and comes back is another incident to
// customers, hence the round.
func onPage(s incident.State, round int) string {
	return hashed(fmt.Sprintf("%s\n%s\n%d", s.ID, firstAsked(s), round))
}

// firstAsked is when the first notice was asked for, which nobody can change
// afterwards. It tells an incident from one of the same number in another store.
func firstAsked(s incident.State) string {
	for _, t := range s.Outbox.All() {
		if t.Type == journal.StatusPage {
			return t.Asked.UTC().Format(time.RFC3339Nano)
		}
	}
	return ""
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "holdfast." + hex.EncodeToString(sum[:12])
}
