package rehearse

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// EventKind says what an event of the transcript is.
type EventKind string

// The kinds of events. A check names facts of a journal by `journal`.
const (
	KindReply      EventKind = "reply"
	KindPost       EventKind = "post"
	KindEdit       EventKind = "edit"
	KindDM         EventKind = "dm"
	KindPage       EventKind = "page"
	KindTicket     EventKind = "ticket"
	KindMail       EventKind = "mail"
	KindNote       EventKind = "note" // on a page, or a status update of it
	KindForm       EventKind = "form"
	KindRoom       EventKind = "room"
	KindTopic      EventKind = "topic"
	KindInvite     EventKind = "invite"
	KindStatusPage EventKind = "statuspage"
	KindJournal    EventKind = "journal"
	KindInput      EventKind = "input"
	KindFact       EventKind = "fact"
	KindClock      EventKind = "clock"
	KindFault      EventKind = "fault"
	KindCheck      EventKind = "check"
)

// Event is one line of the transcript.
type Event struct {
	At   time.Time
	Kind EventKind
	To   string // who or what it went to; empty for none
	Ref  string // its name: an entry, a message, a page, a ticket; empty for none
	Text string // its plain-text rendering
	Data any    // more about it, as JSON; nil for none
	Pos         // the act that caused it
}

// String writes the event on one line: RFC3339Z KIND TO "TEXT".
func (e Event) String() string {
	to := e.To
	if to == "" {
		to = "-"
	}
	return fmt.Sprintf("%s %s %s %s", instant(e.At), e.Kind, to, shownJSON(e.Text))
}

// MarshalJSON writes every key, null for what there is none of.
func (e Event) MarshalJSON() ([]byte, error) {
	some := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	line := struct {
		At   string    `json:"at"`
		Kind EventKind `json:"kind"`
		To   *string   `json:"to"`
		Ref  *string   `json:"ref"`
		Text *string   `json:"text"`
		Data any       `json:"data"`
		File *string   `json:"file"`
		Line *int      `json:"line"`
	}{instant(e.At), e.Kind, some(e.To), some(e.Ref), some(e.Text), e.Data, some(e.File), nil}
	if e.Line > 0 {
		line.Line = &e.Line
	}
	return []byte(shownJSON(line)), nil
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// shownJSON is a value as JSON on one line, without HTML escapes.
func shownJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
