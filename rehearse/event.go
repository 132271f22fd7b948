package rehearse

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
