package commands

import (
	"slices"
	"sync"

	"holdfast/commands/grammar"
)

// Table is every command, in the order of help and docs.
func Table() []Command { return slices.Clone(vocabulary().table) }

// words are all commands and their first words, made once; nobody changes them.
type words struct {
	once  sync.Once
	table []Command
	verbs grammar.Choices
}

var known words // without an initialiser: help is a command, and lists them

func vocabulary() *words {
	known.once.Do(func() {
		known.table = commandsInOrder()
		known.verbs = verbsOf(known.table)
	})
	return &known
}

func commandsInOrder() []Command {
	return []Command{
		declare,
		status, list, mine, timeline, catchup,
		role, roleClaim, roleAccept, roleDecline, roleDrop, handover, handoverAccept, handoverDecline,
		severity, phase, edit, timePoint, merge, invite, makePrivate, makePublic,
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
