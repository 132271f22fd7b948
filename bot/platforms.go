package bot

import (
	"context"
	"strings"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/templates"
)

// Postings performs each effect on the platform that its key names, by name.
type Postings map[string]*Posting

// Perform does one effect. What is for a platform that this server does not
// have waits until it has it.
func (p Postings) Perform(ctx context.Context, s incident.State, a journal.Attempt) (ref string, err error) {
	posting, err := p.of(a.Key, s.Platform)
	if err != nil {
		return "", err
	}
	return posting.Perform(ctx, s, a)
}

// of returns the posting on the platform that an effect's key names, or else on
// another one.
func (p Postings) of(key, otherwise string) (*Posting, error) {
	name := otherwise
	if at := strings.LastIndexByte(key, '@'); at >= 0 {
		name, _, _ = strings.Cut(key[at+1:], "#") // a repeated effect is numbered behind it
	}
	posting, ok := p[name]
	if !ok {
		return nil, fault.Newf(fault.UnknownID, "Configure it (docs/configuration.md), or say it by hand.", "This server has no chat platform %q.", name)
	}
	return posting, nil
}

// FollowUpsOf adds to a private reply on the platform that it was given on.
type FollowUpsOf map[string]FollowUps

// FollowUp implements FollowUps. What cannot be told is dropped: the headline
// says the same.
func (f FollowUpsOf) FollowUp(ctx context.Context, to Request, m templates.Message) error {
	if p, ok := f[to.Platform]; ok {
		return p.FollowUp(ctx, to, m)
	}
	return nil
}
