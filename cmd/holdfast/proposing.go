package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/plan/git"
	"holdfast/readiness"
)

// proposing makes a branch of the plan's repository of what was decided about a
// service, with who has decided it as the author. It puts nothing in force.
type proposing struct {
	propose func(context.Context, git.Proposal) (branch, commit string, err error)
	plan    func() *plan.Plan
}

// Perform returns the branch. The same effect makes the same branch, however
// often it is tried.
func (p proposing) Perform(ctx context.Context, s readiness.State, a journal.Attempt) (ref string, err error) {
	to, err := readiness.ParseStandard(a.Text)
	if err != nil {
		return "", err
	}
	inForce, service := p.plan(), a.Subject
	file := inForce.Where("service/" + service + ".rto").File
	if file == "" {
		file = "services/" + service + ".yaml"
	}
	proposal := git.Proposal{Name: branchOf(a.Key), Message: messageOf(s, a, to), At: a.Asked, Edits: map[string]func([]byte) ([]byte, error){
		file: func(text []byte) ([]byte, error) {
			text, err := plan.WithValue(text, "tier", strconv.Itoa(to.Tier))
			if err != nil {
				return nil, err
			}
			return plan.WithValue(text, "rto", to.RTO.String())
		},
	}}
	author, _ := inForce.Person(strings.Join(a.People, ""))
	proposal.Author, proposal.Mail = author.Name, author.Mail
	if proposal.Author == "" {
		proposal.Author = strings.Join(a.People, "")
	}
	if proposal.Mail == "" {
		proposal.Mail = strings.Join(a.People, "") + "@people.invalid" // the plan knows no address
	}
	branch, _, err := p.propose(ctx, proposal)
	if code := fault.CodeOf(err); code == fault.NotOpen || code == fault.Range {
		f := *fault.From(err) // such as that the plan says so already: no other try mends it
		f.Permanent = true
		err = &f
	}
	return branch, err
}

var notInBranch = regexp.MustCompile(`[^a-z0-9]+`)

// mostOfBranch is how long the name of a branch may be.
const mostOfBranch = 60

// about says what an effect is about: which dispute was decided, or which review.
func about(key string) string {
	_, name, _ := strings.Cut(key, journal.Propose+":")
	name, _, _ = strings.Cut(name, "@")
	return name
}

// branchOf names the branch of an effect. What is cut off a long name still
// tells one effect's branch from another's.
func branchOf(key string) string {
	name := strings.Trim(notInBranch.ReplaceAllString("rating-"+strings.ToLower(about(key)), "-"), "-")
	if len(name) <= mostOfBranch {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	rest := "-" + hex.EncodeToString(sum[:4])
	return strings.TrimRight(name[:mostOfBranch-len(rest)], "-") + rest
}

func messageOf(s readiness.State, a journal.Attempt, to readiness.Standard) string {
	subject := fmt.Sprintf("Rate %s %s", a.Subject, to)
	for _, d := range s.Disputes {
		if what := about(a.Key); d.Decision != nil && (what == d.ID || strings.HasPrefix(what, d.ID+"-")) {
			return fmt.Sprintf("%s\n\nDecided in %s between IT's %s and the business's %s: %s", subject, d.ID, d.IT.Standard, d.Business.Standard, d.Decision.Because)
		}
	}
	if b := s.Standing(a.Subject).Business; b != nil && b.Standard == to {
		return subject + "\n\nReviewed: " + b.Because
	}
	return subject
}
