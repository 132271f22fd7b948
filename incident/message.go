package incident

import (
	"slices"
	"time"

	"holdfast/journal"
)

// Message names the chat message that something is about.
type Message struct {
	ID string `json:"id"` // the platform's, slack:C0123:1700000000.000100; no secret, and never shown
	// Reaction is the emoji that asked, without colons; empty where the
	// message's menu did.
	Reaction string `json:"reaction,omitempty"`
}

// Made is an entry that was made of a chat message.
type Made struct {
	Message   Message
	Kind      string
	By        string // who made it
	Seq       uint64
	Text      string    // its words as they stand; empty where it has none of the message's
	Followed  time.Time // the newest change in chat that it has followed
	Withdrawn bool      // its reaction was taken back
}

// MadeOf returns the entries that were made of a chat message, oldest first.
func (s State) MadeOf(message string) []Made {
	var all []Made
	for _, m := range s.made {
		if m.Message.ID == message && message != "" {
			all = append(all, m)
		}
	}
	return all
}

// MadeBy returns what a person has made of a message with a reaction, and has not
// taken back.
func (s State) MadeBy(person string, m Message) []Made {
	return slices.DeleteFunc(s.MadeOf(m.ID), func(one Made) bool {
		return one.By != person || one.Message.Reaction != m.Reaction || one.Withdrawn
	})
}

// of has the facts that may be made of a message say of which.
func (v Verdict) of(m *Message) Verdict {
	if m == nil || m.ID == "" {
		return v
	}
	for _, st := range v.Statements {
		if field := messageOf(st.Fact); field != nil {
			named := *m
			*field = &named
		}
	}
	return v
}

// messageOf is where a fact keeps the message that it was made of; nil for one
// that is made of none.
func messageOf(f journal.Fact) **Message {
	switch f := f.(type) {
	case *NoteAdded:
		return &f.Message
	case *DecisionMade:
		return &f.Message
	case *TaskAdded:
		return &f.Message
	case *FollowupAdded:
		return &f.Message
	case *UpdateDrafted:
		return &f.Message
	case *PageAcknowledged:
		return &f.Message
	}
	return nil
}

// wordsOf are the words that a fact has of its message.
func wordsOf(f journal.Fact) string {
	switch f := f.(type) {
	case *NoteAdded:
		return f.Text
	case *DecisionMade:
		return f.Text
	case *TaskAdded:
		return f.Text
	case *FollowupAdded:
		return f.Text
	case *UpdateDrafted:
		return f.Text
	}
	return ""
}

// remade keeps which entries were made of which messages, and what they say.
func (s State) remade(e journal.Entry) State {
	if f, ok := e.Fact.(*EntryCorrected); ok {
		s.made = changed(s.made, func(m Made) bool { return m.Seq == f.Supersedes }, func(m *Made) {
			if m.Text != "" {
				m.Text = f.Text
			}
			if f.Changed != nil {
				m.Followed = *f.Changed
			}
			m.Withdrawn = m.Withdrawn || f.Withdrawn
		})
		return s
	}
	if field := messageOf(e.Fact); field != nil && *field != nil {
		s.made = append(s.made, Made{Message: **field, Kind: e.Fact.Kind(), By: e.Actor, Seq: e.Seq, Text: wordsOf(e.Fact)})
	}
	return s
}

// Withdraw takes back what the person has made of a message with a reaction.
// Where that is nothing, nothing changes.
type Withdraw struct{ Message Message }

func (Withdraw) verb() string { return "correct" }

func (a Withdraw) decide(s State, c Context) Verdict {
	v := Verdict{Rule: ruleAnyone.name}
	for _, m := range s.MadeBy(c.Actor.ID, a.Message) {
		v = v.and(&EntryCorrected{Supersedes: m.Seq, Text: "withdrawn", Withdrawn: true}).and(s.noMoreWork(m.Seq)...)
	}
	return v.since("the reaction :" + a.Message.Reaction + ": was taken back")
}

// noMoreWork ends the work that an entry has asked for: nobody waits for it.
func (s State) noMoreWork(seq uint64) []journal.Fact {
	if i := slices.IndexFunc(s.Tasks, func(t Task) bool { return t.Seq == seq && t.State != "done" }); i >= 0 {
		return append([]journal.Fact{&TaskDone{ID: s.Tasks[i].ID}}, s.moveTask(s.Tasks[i].ID, TurnDone)...)
	}
	if i := slices.IndexFunc(s.Followups, func(f Followup) bool { return f.Seq == seq && f.State != "done" }); i >= 0 {
		return []journal.Fact{&FollowupDone{ID: s.Followups[i].ID}}
	}
	return nil
}

// Reword follows a chat message that was changed or deleted: what was made of
// it says so. The newest change counts, in whatever order they come. A deleted
// message takes no words away: they stay beside the word that it is gone.
type Reword struct {
	Message string
	Text    string    // what it says now
	Deleted bool      // it is gone; Text is not looked at
	At      time.Time // when it was changed, by the chat's clock
}

func (Reword) verb() string { return "correct" }

func (a Reword) decide(s State, c Context) Verdict {
	v, because := Verdict{Rule: ruleAuthor.name}, "edited in chat"
	if a.Deleted {
		v, because = Verdict{Rule: ruleEngine.name}, "deleted in chat"
	}
	for _, m := range s.MadeOf(a.Message) {
		if m.Text == "" || m.Withdrawn || !a.At.After(m.Followed) {
			continue
		}
		text := a.Text
		if a.Deleted {
			text = because + "; it said: " + m.Text
		}
		if err := textWithin("message", a.Text, s.Terms.TextMax); err != nil && !a.Deleted {
			return Verdict{Refusal: err}
		}
		at := a.At.UTC()
		// A draft of what is gone must not go out by mistake.
		v = v.and(&EntryCorrected{Supersedes: m.Seq, Text: text, Changed: &at, Withdrawn: a.Deleted && m.Kind == UpdateDrafted{}.Kind()})
	}
	return v.since(because)
}

// ofAuthors says whether an action follows what somebody did with their own
// words, for which they need no right: whoever made an entry of them had it.
func ofAuthors(a Action) bool {
	_, is := a.(Reword)
	return is
}
