package incident

import (
	"slices"
	"strings"
)

// rule is who may do something: a pure function of person and state, with the
// words a refusal uses.
type rule struct {
	name   string
	says   string
	allows func(s State, p Person) bool
}

// The rules. Every action names exactly one; docs/permissions are this table.
var (
	ruleAnyone     = rule{"anyone", "everybody but guests", func(State, Person) bool { return true }}
	ruleCommander  = rule{"commander", "the commander or the acting commander", commands}
	ruleDecider    = rule{"commander-or-deputy", "the commander, the acting commander or the deputy", func(s State, p Person) bool { return commands(s, p) || holds(s, p, Deputy) }}
	ruleVoice      = rule{"comms", "the communications lead, or the commander while nobody holds comms", func(s State, p Person) bool { return holds(s, p, Comms) || s.Roles.Comms == "" && commands(s, p) }}
	ruleCommand    = rule{"may-command", "members of the commanders group", func(s State, p Person) bool { return inGroup(s, p, "commanders") }}
	ruleSpeak      = rule{"may-speak", "members of the comms or commanders group", func(s State, p Person) bool { return inGroup(s, p, "comms") || inGroup(s, p, "commanders") }}
	ruleOwner      = rule{"owner", "the business owner of an affected service", func(s State, p Person) bool { return slices.Contains(s.Owners, p.ID) }}
	ruleNotHolder  = rule{"second-person", "a second person, not the one who resolved it", func(s State, p Person) bool { return p.ID != s.ResolvedBy }}
	ruleHolder     = rule{"holder", "the person who holds the role", func(State, Person) bool { return false }}
	ruleAddressee  = rule{"addressee", "the person the offer names", func(State, Person) bool { return true }}
	ruleAuthor     = rule{"author", "whoever wrote the message in chat", func(State, Person) bool { return true }}
	ruleEngine     = rule{"engine", "Holdfast itself", func(State, Person) bool { return false }}
	ruleExport     = rule{"export", "the commander, facilitators and auditors", func(s State, p Person) bool { return commands(s, p) || p.In("facilitators") || p.In("auditors") }}
	ruleReopen     = rule{"reopen", "the commander or members of the commanders group", func(s State, p Person) bool { return commands(s, p) || inGroup(s, p, "commanders") }}
	ruleApprover   = approver([]string{Approvers})
	ruleSee        = rule{"see", "those who are in a private incident, and auditors", func(s State, p Person) bool { return !s.Private || p.In("auditors") || s.Involves(p.ID) }}
	rulesInTheDocs = []rule{ruleAnyone, ruleCommander, ruleDecider, ruleVoice, ruleCommand, ruleSpeak, ruleOwner, ruleNotHolder, ruleHolder, ruleAddressee, ruleAuthor, ruleEngine, ruleExport, ruleReopen, ruleApprover, ruleSee}
)

// approver is the rule of who answers what somebody else has put up: one of the
// groups that have not yet. That it is not who asked comes before it.
func approver(groups []string) rule {
	return rule{"approver", "members of the " + strings.Join(groups, " or ") + " group, but for who asked", func(s State, p Person) bool {
		return slices.ContainsFunc(groups, func(group string) bool { return inGroup(s, p, group) })
	}}
}

// Rules returns each permission rule's name and who it allows, for the docs.
func Rules() (names, says []string) {
	for _, r := range rulesInTheDocs {
		names, says = append(names, r.name), append(says, r.says)
	}
	return names, says
}

func (r rule) permits(s State, c Context) bool { return c.bot() || r.allows(s, c.Actor) }

// whoMay says in a refusal who could do it, with the person's name where there
// is one.
func (r rule) whoMay(s State) string {
	switch r.name {
	case ruleCommander.name, ruleDecider.name:
		if s.InCommand() != "" {
			return r.says + " (" + at(s.InCommand()) + ")"
		}
	case ruleVoice.name:
		if s.Roles.Comms != "" {
			return "the communications lead (" + at(s.Roles.Comms) + ")"
		}
	case ruleOwner.name:
		var names []string
		for _, o := range s.Owners {
			names = append(names, at(o))
		}
		return r.says + " (" + strings.Join(names, ", ") + ")"
	}
	return r.says
}

// commands: an acting commander may do what a commander may.
func commands(s State, p Person) bool { return p.ID != "" && s.InCommand() == p.ID }

func holds(s State, p Person, role string) bool { return p.ID != "" && s.Holder(role) == p.ID }

// inGroup gives the right of a group nobody belongs to to every responder.
func inGroup(s State, p Person, group string) bool {
	return p.In(group) || slices.Contains(s.Terms.Unstaffed, group)
}

// eligible returns the rule of who may hold a role.
func eligible(role string) rule {
	switch role {
	case Commander, Deputy:
		return ruleCommand
	case Comms:
		return ruleSpeak
	}
	return ruleAnyone
}

// MaySee says whether the person may read the incident at all: everybody, but
// for a private one.
func MaySee(s State, p Person) bool { return ruleSee.allows(s, p) }

// MayExport says whether a person may take the whole record out.
func MayExport(s State, p Person) bool { return !p.Guest && ruleExport.allows(s, p) }

// WhoMayExport is the sentence of a refused export.
func WhoMayExport(s State) string { return ruleExport.whoMay(s) }
