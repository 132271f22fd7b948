package storage

import (
	"unicode/utf8"

	"holdfast/internal/fault"
)

// The limits of names, in bytes. They keep one record of any store small
// enough to be written and checked as one.
const (
	MaxJournal = 200
	MaxKind    = 100
	MaxCommand = 500
	MaxDrafts  = 1000 // of one batch, over all its writes
)

// CheckForm says whether a batch has the form that every store demands: at
// least one write, each journal once, at least one draft a write, names and
// bodies within their limits. The error is a *fault.Error and the same for
// every store; nothing of such a batch is written.
func CheckForm(command string, writes []Write) error {
	if len(command) > MaxCommand {
		return fault.Newf(fault.TooBig, "", "A command id has %d bytes; %d are allowed.", len(command), MaxCommand)
	}
	if len(writes) == 0 {
		return malformed("a batch without a write")
	}
	drafts := 0
	for i, w := range writes {
		if err := checkWrite(w); err != nil {
			return err
		}
		for _, earlier := range writes[:i] {
			if earlier.Journal == w.Journal {
				return malformed("two writes to " + w.Journal + " in one batch")
			}
		}
		if drafts += len(w.Drafts); drafts > MaxDrafts {
			return fault.Newf(fault.TooBig, "", "A batch has more than %d entries.", MaxDrafts)
		}
	}
	return nil
}

func checkWrite(w Write) error {
	if !isName(w.Journal, MaxJournal) {
		return malformed("a journal without a proper name")
	}
	if len(w.Drafts) == 0 {
		return malformed("nothing to append to " + w.Journal)
	}
	for _, d := range w.Drafts {
		if !isName(d.Kind, MaxKind) {
			return malformed("an entry for " + w.Journal + " without a proper kind")
		}
		if len(d.Body) > MaxBody {
			return fault.Newf(fault.TooBig,
				"Shorten it; long material belongs in a ticket or document, linked by a note.",
				"An entry %s for %s has %d bytes; %d are allowed.", d.Kind, w.Journal, len(d.Body), MaxBody)
		}
	}
	return nil
}

// isName accepts printable UTF-8 of 1 to limit bytes, without control
// characters, so that a name can stand in any message and any index.
func isName(s string, limit int) bool {
	if s == "" || len(s) > limit || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return false
		}
	}
	return true
}

func malformed(what string) error {
	return fault.Newf(fault.Internal, "This is a defect in Holdfast; please report it.", "The store was given %s.", what)
}
