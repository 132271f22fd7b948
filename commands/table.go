package commands

// Table is every command, in the order of help and docs.
func Table() []Command {
	return []Command{
		declare,
		status, list, mine, timeline, catchup,
		role, roleClaim, roleAccept, roleDecline, roleDrop, handover, handoverAccept, handoverDecline,
		severity, phase, edit, timePoint, merge, invite, makePrivate, makePublic,
		update, updateDraft, updateSend, updateSkip,
		page, pageAck, oncall,
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
