package commands

import (
	"slices"
	"sync"

	"holdfast/commands/grammar"
)

// Table is every command, in the order of help and docs: what is said under
// `/incident`, then what is said under `/continuity`.
func Table() []Command {
	var all []Command
	for _, root := range Roots {
		all = append(all, Under(root)...)
	}
	return all
}

// Under is every command of one root, in the order of help and docs.
func Under(root string) []Command { return slices.Clone(vocabulary(root).table) }

// words are all commands of a root and their first words, made once; nobody
// changes them.
type words struct {
	root  string
	table []Command
	verbs grammar.Choices
}

var known struct { // without an initialiser: help is a command, and lists them
	once sync.Once
	of   map[string]*words
}

// vocabulary is what can be said under a root; nothing under one that is none.
func vocabulary(root string) *words {
	known.once.Do(func() {
		known.of = map[string]*words{IncidentRoot: wordsOf(IncidentRoot, response()), ContinuityRoot: wordsOf(ContinuityRoot, continuity())}
	})
	if w := known.of[root]; w != nil {
		return w
	}
	return &words{root: root}
}

func wordsOf(root string, table []Command) *words {
	for i := range table {
		table[i].Root = root
	}
	return &words{root: root, table: table, verbs: verbsOf(root, table)}
}

// response is what is said under `/incident`.
func response() []Command {
	return []Command{
		declare,
		status, list, mine, timeline, catchup,
		role, roleClaim, roleAccept, roleDecline, roleDrop, handover, handoverAccept, handoverDecline,
		severity, phase, edit, planAdopt, timePoint, merge, invite, makePrivate, makePublic,
		update, updateDraft, updateSend, updateSkip,
		page, pageAck, oncall,
		approve, deny,
		decide, note, correct,
		taskAdd, taskDone, taskBlock, taskList,
		followupAdd, followupOwn, followupDone, followupList,
		ticketOpen, ticketLink, ticketList,
		follow, unfollow,
		resolve, verify, reopen, closeIncident,
		export,
		help(), whoami,
	}
}

// continuity is what is said under `/continuity`: nouns first.
func continuity() []Command {
	return []Command{
		planShow, planCheck, planVersion, planDiff, planAcks, planAck,
		service, deps, waves, impact, inversions, impactAnalysis, windows, owners,
		rate, disputes, decideDispute, reviewDue, review,
		continuityHelp(),
	}
}
