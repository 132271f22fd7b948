package fault

// Code names a kind of refusal. Codes are stable: scripts and scenario files
// match them.
type Code string

// The codes of chat commands. docs/errors.md is generated from Codes.
const (
	Usage         Code = "E_USAGE"
	UnknownVerb   Code = "E_UNKNOWN_VERB"
	UnknownID     Code = "E_UNKNOWN_ID"
	Ambiguous     Code = "E_AMBIGUOUS"
	Missing       Code = "E_MISSING"
	Range         Code = "E_RANGE"
	Length        Code = "E_LENGTH"
	Quotes        Code = "E_QUOTES"
	Duration      Code = "E_DURATION"
	Zone          Code = "E_ZONE"
	Future        Code = "E_FUTURE"
	Order         Code = "E_ORDER"
	Role          Code = "E_ROLE"
	RoleExclusive Code = "E_ROLE_EXCLUSIVE"
	NotAddressee  Code = "E_NOT_ADDRESSEE"
	TwoPerson     Code = "E_TWO_PERSON"
	LostRace      Code = "E_LOST_RACE"
	Stale         Code = "E_STALE"
	Closed        Code = "E_CLOSED"
	NotOpen       Code = "E_NOT_OPEN"
	Repeat        Code = "E_REPEAT"
	Newer         Code = "E_NEWER"
	Store         Code = "E_STORE"
	TooBig        Code = "E_TOO_BIG"
	SignIn        Code = "E_SIGN_IN"
	Transition    Code = "E_TRANSITION"
	RateSelf      Code = "E_RATE_SELF"
	RateNotOwner  Code = "E_RATE_NOT_OWNER"
	StaleCard     Code = "E_STALE_CARD"
	Disputed      Code = "E_DISPUTED"
	CommitMissing Code = "E_COMMIT_MISSING"
	StateConflict Code = "E_STATE_CONFLICT"
	Leak          Code = "E_LEAK"
	Internal      Code = "E_INTERNAL"
)

// Meaning says what a code means to the person who got it.
type Meaning struct {
	Code    Code
	Means   string
	DoNext  string
	NoScene string // why no scenario can reach it; empty when one does
}

// Codes lists every chat code with its meaning, in the order of the docs.
var Codes = []Meaning{
	{Usage, "The words do not form this command.", "Read the usage line in the answer, or `/incident help <verb>`.", ""},
	{UnknownVerb, "There is no such verb.", "The answer names the nearest one.", ""},
	{UnknownID, "No service, person, team, task or entry has this name.", "The answer names up to three near ones, or the verb that lists them.", ""},
	{Ambiguous, "The word fits more than one thing.", "Type one more letter, or the whole name.", ""},
	{Missing, "A needed value was given but is empty.", "Give it a value, or leave it out and fill the form.", ""},
	{Range, "A value is outside what is allowed.", "The answer states the allowed values.", ""},
	{Length, "A text is longer than its limit.", "Shorten it; long material belongs in a ticket or document, linked by a note.", ""},
	{Quotes, "A quotation mark is not closed.", "Close the quotation, or write \\\" for a literal one.", ""},
	{Duration, "A duration has no unit, or is not one.", "Write 90s, 5m, 1h30m or 2d.", ""},
	{Zone, "A time has no zone where one is needed.", "Write RFC 3339 with an offset, such as 2026-11-02T10:00:00Z.", ""},
	{Future, "A time lies in the future.", "Record what has happened; use a task for what will.", ""},
	{Order, "The time points of the incident would be out of order.", "t0 <= td <= tk and t0 <= tc <= tr <= tv <= tx must hold; correct the other point first.", ""},
	{Role, "This person may not do this.", "The answer names who may.", ""},
	{RoleExclusive, "The commander holds no second role.", "Give the role to somebody else, or hand over command first.", ""},
	{NotAddressee, "The offer is for somebody else.", "The person it names can accept or decline it.", ""},
	{TwoPerson, "Two different people are needed.", "Ask a second person to do this step.", ""},
	{LostRace, "Somebody else did this a moment earlier.", "The answer says who; look at `/incident status`.", ""},
	{Stale, "What this button or word answers is over.", "Look at `/incident status` for what is open now.", ""},
	{Closed, "The incident is closed.", "`/incident reopen` opens it again; reading and exporting stay possible.", ""},
	{NotOpen, "There is nothing open that this would answer.", "Look at `/incident status`.", ""},
	{Repeat, "The same command was recorded less than 30 seconds ago.", "Add the word `again` to do it twice.", ""},
	{Newer, "The journal was written by a newer version.", "Read, export and verify work; upgrade Holdfast to add to it.", "needs a journal from a newer version; held by the engine's tests"},
	{Store, "The journal could not be written.", "NOT RECORDED: write it down, then follow the remedy in the answer.", ""},
	{TooBig, "The command is larger than Holdfast takes in.", "Shorten it; attach long material to a ticket.", ""},
	{SignIn, "The caller of the API is not known: no token, an unknown or an expired one.", "Ask whoever operates Holdfast for a token.", "chat knows its people; held by the tests of the API"},
	{Transition, "The ticket's workflow does not offer this step from where the ticket is.", "Move the ticket by hand, or name another transition by `ticket.move` in the plan.", "told when a ticket is moved, never to a command; held by the suite of trackers"},
	{RateSelf, "Who has stated one of two ratings does not decide between them.", "Ask the third person whom the answer names.", ""},
	{RateNotOwner, "This person owns no process that needs the service, and does not run it.", "The answer names who may rate it.", ""},
	{StaleCard, "The card is of an earlier plan.", "Answer the new card, which is on its way.", ""},
	{Disputed, "The service's rating is disputed.", "Wait for the decision, or state your rating again: `/continuity disputes`.", ""},
	{CommitMissing, "The plan has no such commit, or one that cannot be used.", "`/continuity plan version` says which commit is in force.", ""},
	{StateConflict, "A text says that it is over, or is not, and the incident says otherwise.", "Resolve first, or write what is so.", ""},
	{Leak, "A text for customers holds a name from inside: an address, a host, a service that no page shows.", "Say it in the words that customers use.", ""},
	{Internal, "Something failed inside Holdfast.", "Try again; if it persists, keep the log.", "reached only by a defect"},
}
