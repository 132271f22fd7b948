package incident

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Approvers is the standing group that says whether something goes out.
const Approvers = "approvers"

// Approval is a text that waits for a second person, or has waited.
type Approval struct {
	ID       string    `json:"id"`
	Update   string    `json:"update"` // U1
	Audience string    `json:"audience"`
	Hash     string    `json:"hash"` // SHA-256 of the text, to the letter
	By       string    `json:"by"`   // who asked, and never approves
	At       time.Time `json:"at"`
	Expires  time.Time `json:"expires"`
	Needs    []string  `json:"needs"` // standing groups, one person of each
	Asked    []string  `json:"asked,omitempty"`
	Public   *Public   `json:"public,omitempty"`
	Warnings []string  `json:"warnings,omitempty"`
	Given    []Given   `json:"given,omitempty"`
	State    string    `json:"state"` // waiting, approved, denied, void
	Reason   string    `json:"reason,omitempty"`
	EndedBy  string    `json:"ended_by,omitempty"`
	Seq      uint64    `json:"seq"`

	next time.Duration // until the next update, as who asked has it
}

// Given is one person's word for an approval.
type Given struct {
	Person string    `json:"person"`
	As     string    `json:"as"` // the standing group
	At     time.Time `json:"at"`
}

// Where an approval stands.
const (
	Waiting  = "waiting"
	Approved = "approved"
	Denied   = "denied"
	Void     = "void"
)

// Missing names the groups of which nobody has approved yet.
func (p Approval) Missing() []string {
	return slices.DeleteFunc(slices.Clone(p.Needs), func(group string) bool {
		return slices.ContainsFunc(p.Given, func(g Given) bool { return g.As == group })
	})
}

// ApprovedBy names who has approved it.
func (p Approval) ApprovedBy() []string {
	var people []string
	for _, g := range p.Given {
		people = append(people, g.Person)
	}
	return people
}

// Approval returns the approval of this id.
func (s State) Approval(id string) (Approval, bool) {
	return s.approval(func(p Approval) bool { return strings.EqualFold(p.ID, id) })
}

// Awaits returns the approval that a draft waits for.
func (s State) Awaits(update string) (Approval, bool) {
	return s.approval(func(p Approval) bool { return p.Update == update && p.State == Waiting })
}

func (s State) approval(is func(Approval) bool) (Approval, bool) {
	if i := slices.IndexFunc(s.Approvals, is); i >= 0 {
		return s.Approvals[i], true
	}
	return Approval{}, false
}

// Hash is the SHA-256 of a text, as an approval keeps it.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// needs names the standing groups of which somebody has to approve what goes to
// an audience. Once an incident can be marked as touching personal data, legal
// and PR are named here both.
func (s State) needs(string) []string { return []string{Approvers} }

// askApproval asks for a text to be approved: everybody who may, and the room.
func (s State) askApproval(d Draft, ask SendUpdate, c Context) Verdict {
	v := Verdict{}.and(s.voidAll("superseded", func(p Approval) bool { return p.Audience == d.Audience })...)
	p := &ApprovalRequested{
		ID: nth("A", len(s.Approvals)), Update: d.ID, Audience: d.Audience, Hash: Hash(d.Text), Needs: s.needs(d.Audience),
		Asked:   slices.DeleteFunc(slices.Clone(ask.Asked), func(who string) bool { return who == c.Actor.ID }),
		Expires: c.Now.Add(s.approvalLife()), Public: s.public(), Next: Dur(ask.Next), Warnings: Promises(d.Text),
	}
	if len(p.Asked) == 0 && !slices.ContainsFunc(p.Needs, func(group string) bool { return slices.Contains(s.Terms.Unstaffed, group) }) {
		p.Warnings = append(p.Warnings, "Nobody else in the plan belongs to "+strings.Join(p.Needs, " or ")+": nobody could be asked.")
	}
	v = v.and(p, s.post("approval", p.ID))
	for _, who := range p.Asked {
		told := s.tell(who, "approval", p.ID)
		told.People = []string{who} // who is asked may see what is asked about, were it private
		v = v.and(told)
	}
	return v
}

func (s State) approvalLife() time.Duration {
	if s.Terms.ApprovalLife > 0 {
		return time.Duration(s.Terms.ApprovalLife)
	}
	return 30 * time.Minute
}

// Approve says yes to the exact text that was asked about; with the last yes
// that is needed it goes out.
type Approve struct{ ID string }

func (Approve) verb() string { return "approve" }

func (a Approve) decide(s State, c Context) Verdict {
	p, r, v, ok := s.answersApproval(a, a.ID, c)
	if !ok {
		return v
	}
	d, ok := s.draft(p.Update)
	switch {
	case !ok || d.Withdrawn || Hash(d.Text) != p.Hash:
		return refuse(fault.Stale, "`/incident update send "+p.Update+"` asks anew.", "The text of %s is not the one that %s is about.", p.Update, p.ID)
	case slices.ContainsFunc(p.Given, func(g Given) bool { return g.Person == c.Actor.ID }):
		return refuse(fault.TwoPerson, "Somebody of "+strings.Join(p.Missing(), ", ")+" says the rest.", "%s has approved %s already; it takes different people.", at(c.Actor.ID), p.ID)
	}
	if err := s.contradicts(p); err != nil {
		return Verdict{Refusal: err}
	}
	as := slices.IndexFunc(p.Missing(), func(group string) bool { return inGroup(s, c.Actor, group) })
	if as < 0 {
		return deny(s, c, a, r) // Holdfast itself lets nothing out
	}
	v = accept(r, &ApprovalGiven{ID: p.ID, As: p.Missing()[as], Hash: p.Hash})
	if len(p.Missing()) > 1 {
		return v
	}
	return v.and(&UpdateApproved{ID: d.ID, Approval: p.ID, Hash: p.Hash}).and(s.send(SendUpdate{Audience: d.Audience, Text: d.Text, Draft: d.ID, Next: p.next}, &p, c)...)
}

// Deny says no, and why. The draft stays, to be written better.
type Deny struct{ ID, Because string }

func (Deny) verb() string { return "deny" }

func (a Deny) decide(s State, c Context) Verdict {
	p, r, v, ok := s.answersApproval(a, a.ID, c)
	if !ok {
		return v
	}
	if strings.TrimSpace(a.Because) == "" {
		return refuse(fault.Missing, "`/incident deny "+p.ID+" because \"...\"`", "Say why it must not go out like this.")
	}
	if err := textWithin("reason", a.Because, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	return accept(r, &UpdateRejected{ID: p.Update, Approval: p.ID}).since(a.Because).
		and(s.post("approval-over", p.ID), s.tell(p.By, "approval-over", p.ID))
}

// answersApproval finds what a yes or no is about, and says who may give it:
// never who asked.
func (s State) answersApproval(a Action, id string, c Context) (Approval, rule, Verdict, bool) {
	none := func(v Verdict) (Approval, rule, Verdict, bool) { return Approval{}, rule{}, v, false }
	p, ok := s.Approval(id)
	if !ok {
		return none(refuse(fault.UnknownID, "`/incident status` lists what waits.", "%s has no approval %q.", s.ID, id))
	}
	r := approver(p.Missing())
	switch {
	case p.State == Void:
		return none(refuse(fault.Stale, "`/incident status` shows what waits now.", "%s is void: %s.", p.ID, p.Reason))
	case p.State != Waiting && p.EndedBy == c.Actor.ID:
		return none(refuse(fault.NotOpen, "", "already done by %s: %s is %s.", at(p.EndedBy), p.ID, p.State))
	case p.State != Waiting:
		return none(refuse(fault.LostRace, "", "%s was %s by %s.", p.ID, p.State, at(p.EndedBy)))
	case !c.Now.Before(p.Expires):
		return none(refuse(fault.Stale, "`/incident update send "+p.Update+"` asks anew.", "%s is void: %s.", p.ID, reasonExpired))
	case p.By == c.Actor.ID:
		return none(refuse(fault.TwoPerson, "Somebody else of "+strings.Join(p.Needs, ", ")+" answers it; a better text takes its place: `/incident update \"...\" audience:"+p.Audience+"`.",
			"%s asked for %s, and a second person answers it.", at(p.By), p.ID))
	case !r.permits(s, c):
		return none(deny(s, c, a, r))
	}
	return p, r, Verdict{}, true
}

const reasonExpired = "nobody answered in time"

// ExpireApproval ends an approval that nobody answered. A timer decides it.
type ExpireApproval struct{ ID string }

func (ExpireApproval) verb() string { return "approval expires" }

func (a ExpireApproval) decide(s State, c Context) Verdict {
	p, ok := s.Approval(a.ID)
	if !c.bot() || !ok || p.State != Waiting || c.Now.Before(p.Expires) {
		return Verdict{Rule: ruleEngine.name}
	}
	return accept(ruleEngine, &ApprovalVoided{ID: p.ID, Reason: reasonExpired}, s.post("approval-over", p.ID), s.tell(p.By, "approval-over", p.ID))
}

// voidAll ends the approvals of a kind that still wait.
func (s State) voidAll(why string, is func(Approval) bool) []journal.Fact {
	var facts []journal.Fact
	for _, p := range s.Approvals {
		if p.State == Waiting && is(p) {
			facts = append(facts, &ApprovalVoided{ID: p.ID, Reason: why})
		}
	}
	return facts
}

// unapproved ends the approval of a text that a verdict changes: who said yes
// has not said it to the new one. The room is told.
func (s State) unapproved(v Verdict) Verdict {
	for _, st := range v.Statements {
		f, ok := st.Fact.(*EntryCorrected)
		if !ok || v.Refusal != nil {
			continue
		}
		for _, d := range s.Drafts {
			if p, waits := s.Awaits(d.ID); waits && d.Seq == f.Supersedes {
				v = v.and(&ApprovalVoided{ID: p.ID, Reason: "the text of " + d.ID + " was changed"}, s.post("approval-over", p.ID))
			}
		}
	}
	return v
}

func (s State) draft(id string) (Draft, bool) {
	if i := slices.IndexFunc(s.Drafts, func(d Draft) bool { return strings.EqualFold(d.ID, id) }); i >= 0 {
		return s.Drafts[i], true
	}
	return Draft{}, false
}

// applyApprovals folds what waited for a second person.
func (s State) applyApprovals(e journal.Entry) State {
	edit := func(id string, edit func(*Approval)) State {
		s.Approvals = changed(s.Approvals, func(p Approval) bool { return p.ID == id && p.State == Waiting }, edit)
		return s
	}
	switch f := e.Fact.(type) {
	case *ApprovalRequested:
		s.Approvals = append(slices.Clip(s.Approvals), Approval{ID: f.ID, Update: f.Update, Audience: f.Audience, Hash: f.Hash, By: e.Actor, At: e.Recorded,
			Expires: f.Expires, Needs: f.Needs, Asked: f.Asked, Public: f.Public, Warnings: f.Warnings, State: Waiting, Seq: e.Seq, next: time.Duration(f.Next)})
	case *ApprovalGiven:
		return edit(f.ID, func(p *Approval) {
			p.Given = append(slices.Clip(p.Given), Given{Person: e.Actor, As: f.As, At: e.Recorded})
		})
	case *ApprovalVoided:
		return edit(f.ID, func(p *Approval) { p.State, p.Reason = Void, f.Reason })
	case *UpdateApproved:
		return edit(f.Approval, func(p *Approval) { p.State, p.EndedBy = Approved, e.Actor })
	case *UpdateRejected:
		return edit(f.Approval, func(p *Approval) { p.State, p.EndedBy, p.Reason = Denied, e.Actor, e.Because })
	}
	return s
}
