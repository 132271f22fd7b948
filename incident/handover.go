package incident

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Handover offers a role its holder wants to pass on. For command it carries a
// brief, and it is in force only when it is accepted.
type Handover struct {
	Role string
	To   Person
}

func (Handover) verb() string { return "handover" }

func (a Handover) decide(s State, c Context) Verdict {
	holder := s.Holder(a.Role)
	if a.Role == Commander {
		holder = s.InCommand()
	}
	switch {
	case holder == "":
		return refuse(fault.NotOpen, s.whatNow(a.Role), "Nobody holds %s.", a.Role)
	case holder != c.Actor.ID && !ruleCommander.permits(s, c):
		r := ruleHolder
		r.says = "the person who holds " + a.Role + " (" + at(holder) + ")"
		return deny(s, c, a, r)
	case a.To.ID == c.Actor.ID && holder == c.Actor.ID && (a.Role != Commander || s.Roles.Commander == c.Actor.ID):
		return refuse(fault.NotOpen, "", "%s holds %s already.", at(c.Actor.ID), a.Role)
	}
	if a.To.ID == c.Actor.ID {
		return Claim{Role: a.Role}.decide(s, c)
	}
	if v, bad := addressable(s, a.Role, a.To); bad {
		return v
	}
	if a.Role == Commander {
		return accept(ruleHolder, offerCommand(s, c, a.To)...)
	}
	return accept(ruleHolder, offerRole(s, c, a.Role, a.To)...)
}

// offerCommand is every offer of command, whichever verb made it.
func offerCommand(s State, c Context, to Person) []journal.Fact {
	return append(superseded(s, Commander),
		&CommandOffered{To: to.ID, From: c.Actor.ID, Expires: c.Now.Add(offerLife(s)), Brief: briefSum(s)},
		s.tell(to.ID, "handover", to.ID))
}

// briefSum lets the record prove which brief the new commander was given.
func briefSum(s State) string {
	text, err := json.Marshal(Brief(s))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
