package incident

import (
	"maps"
	"time"

	"holdfast/journal"
)

// The facts of an incident's journal. Their kinds are stable and may only
// grow; docs/facts.md is generated from Kinds.
type (
	// Declared is always entry 1. It carries the plan's consequences, so that
	// replay never needs the plan.
	Declared struct {
		Title    string     `json:"title"`
		Severity int        `json:"severity"`
		Assumed  bool       `json:"assumed,omitempty"` // nobody said the severity
		Health   string     `json:"health,omitempty"`  // outage, degraded
		Impact   string     `json:"impact,omitempty"`
		Services []string   `json:"services,omitempty"`
		Owners   []string   `json:"owners,omitempty"` // of the services, who may verify
		T0       *time.Time `json:"t0,omitempty"`
		Drill    bool       `json:"drill,omitempty"`
		Private  bool       `json:"private,omitempty"`
		Retro    bool       `json:"retro,omitempty"` // written down afterwards: nobody is paged
		Room     string     `json:"room,omitempty"`
		Platform string     `json:"platform,omitempty"`
		Zone     string     `json:"zone,omitempty"`
		Acting   string     `json:"acting"`
		// Objectives are how soon the plan wants the services back.
		Objectives []Objective `json:"objectives,omitempty"`
		Terms      Terms       `json:"terms"`
	}
	// Joined says that a second declaration of the same trouble came here.
	Joined struct {
		Person string `json:"person"`
		Title  string `json:"title"`
	}
	Retitled struct {
		Title string `json:"title"`
		From  string `json:"from"`
	}
	// Rescoped replaces services or impact; nil leaves a value as it was.
	Rescoped struct {
		Services []string `json:"services,omitempty"`
		Owners   []string `json:"owners,omitempty"`
		Impact   *string  `json:"impact,omitempty"`
		// Objectives are those of the services.
		Objectives []Objective `json:"objectives,omitempty"`
	}
	Resolved struct {
		Summary string    `json:"summary"`
		TR      time.Time `json:"tr"`
	}
	Verified struct {
		Person string `json:"person"`
		Owner  bool   `json:"owner"` // verified by a business owner
	}
	Reopened struct{}
	Closed   struct {
		As string `json:"as,omitempty"` // "false-alarm", "merged", or empty
	}
	// Merged says that the incident goes on in another one. It is closed in the
	// same batch.
	Merged struct {
		Into string   `json:"into"`
		Room string   `json:"room,omitempty"` // of the other one; left out when that is private
		Page []Target `json:"page,omitempty"` // who is called there
	}
	// Absorbed says that another incident goes on in this one.
	Absorbed struct {
		From  string `json:"from"`
		Title string `json:"title,omitempty"` // left out when the other one is private
		By    string `json:"by"`              // who has merged it
		Key   string `json:"key"`             // of the effect that asked, in the other one's journal
	}
	// MadePrivate withholds the incident from all who are not in it, MadePublic
	// shows it to everybody. The register hears of both in the same batch.
	MadePrivate struct{}
	MadePublic  struct{}

	SeveritySet struct {
		Severity int `json:"severity"`
		From     int `json:"from"`
	}
	PhaseSet struct {
		Phase string `json:"phase"`
		From  string `json:"from"`
	}
	TimeSet struct {
		Point string     `json:"point"` // t0 td tk tc tr tv tx
		At    time.Time  `json:"at"`
		From  *time.Time `json:"from,omitempty"`
	}

	// RoleOffered and its kin are about every role but command.
	RoleOffered struct {
		Role    string    `json:"role"`
		To      string    `json:"to"`
		By      string    `json:"by"`
		Expires time.Time `json:"expires"`
	}
	// RoleTaken is a claim of any role, command included, or an accepted offer
	// of any role but command.
	RoleTaken struct {
		Role   string `json:"role"`
		Person string `json:"person"`
	}
	RoleDeclined struct {
		Role   string `json:"role"`
		Person string `json:"person"`
	}
	RoleLapsed struct {
		Role   string `json:"role"`
		To     string `json:"to"`
		Reason string `json:"reason"` // expired, superseded
	}
	RoleDropped struct {
		Role   string `json:"role"`
		Person string `json:"person"`
	}
	CommandOffered struct {
		To      string    `json:"to"`
		From    string    `json:"from"`
		Expires time.Time `json:"expires"`
		Brief   string    `json:"brief,omitempty"` // SHA-256 of the handover brief
	}
	CommandAccepted struct {
		Person string `json:"person"`
		From   string `json:"from"`
	}
	CommandDeclined struct {
		Person string `json:"person"`
	}
	CommandLapsed struct {
		To     string `json:"to"`
		Reason string `json:"reason"`
	}
	// CommandUnclaimed says that nobody has claimed command for so long.
	CommandUnclaimed struct {
		Acting  string    `json:"acting"`
		Since   time.Time `json:"since"`
		Minutes int       `json:"minutes"`
		Red     bool      `json:"red,omitempty"`
		Late    int       `json:"late_minutes,omitempty"`
	}
	CommandSilent struct {
		Person string    `json:"person"`
		Since  time.Time `json:"since"`
		Late   int       `json:"late_minutes,omitempty"`
	}

	DecisionMade struct {
		ID           string   `json:"id"`
		Text         string   `json:"text"`
		Alternatives []string `json:"alternatives,omitempty"`
		Reversible   string   `json:"reversible,omitempty"` // yes, no, or empty when nobody said
		Message      *Message `json:"message,omitempty"`    // the chat message it was made of
	}
	NoteAdded struct {
		Text    string   `json:"text"`
		Tag     string   `json:"tag,omitempty"`
		Message *Message `json:"message,omitempty"` // the chat message it was made of
	}
	EntryCorrected struct {
		Supersedes uint64     `json:"supersedes"`
		Text       string     `json:"text"`
		Changed    *time.Time `json:"changed,omitempty"`   // when the message that it was made of was changed in chat
		Withdrawn  bool       `json:"withdrawn,omitempty"` // it does not hold any more
	}

	TaskAdded struct {
		ID      string     `json:"id"`
		Text    string     `json:"text"`
		Owner   string     `json:"owner,omitempty"`
		Due     *time.Time `json:"due,omitempty"`
		Message *Message   `json:"message,omitempty"` // the chat message it was made of
	}
	// TaskDone names the ticket, and who has moved it, where the task was done in
	// the tracker.
	TaskDone struct {
		ID     string `json:"id"`
		Ticket string `json:"ticket,omitempty"`
		By     string `json:"by,omitempty"` // as the tracker names them
	}
	TaskBlocked struct {
		ID string `json:"id"`
	}
	TaskOverdue struct {
		ID   string `json:"id"`
		Late int    `json:"late_minutes,omitempty"`
	}
	FollowupAdded struct {
		ID      string     `json:"id"`
		Text    string     `json:"text"`
		Owner   string     `json:"owner,omitempty"`
		Due     *time.Time `json:"due,omitempty"`
		Message *Message   `json:"message,omitempty"` // the chat message it was made of
	}
	FollowupOwned struct {
		ID    string `json:"id"`
		Owner string `json:"owner"`
	}
	FollowupDone struct {
		ID string `json:"id"`
	}

	UpdateDrafted struct {
		ID       string   `json:"id"`
		Audience string   `json:"audience"`
		Text     string   `json:"text"`
		Message  *Message `json:"message,omitempty"` // the chat message it was made of
	}
	UpdateSent struct {
		ID       string     `json:"id"`
		Audience string     `json:"audience"`
		Text     string     `json:"text"`
		Due      *time.Time `json:"due,omitempty"`          // when it was due
		Next     *time.Time `json:"next,omitempty"`         // when the next one is due
		Late     int        `json:"late_minutes,omitempty"` // whole minutes after due
		By       string     `json:"by,omitempty"`           // whose words they are, where a second person has sent them
		Hash     string     `json:"hash,omitempty"`         // SHA-256 of the text, where it was approved
		Public   *Public    `json:"public,omitempty"`       // what customers see around it
		Vendors  []Supplier `json:"vendors,omitempty"`      // whom of them it is for
	}
	// ApprovalRequested puts the exact text of a draft up for a second person.
	ApprovalRequested struct {
		ID       string    `json:"id"`
		Update   string    `json:"update"`
		Audience string    `json:"audience"`
		Hash     string    `json:"hash"`  // SHA-256 of the text
		Needs    []string  `json:"needs"` // standing groups, one person of each
		Asked    []string  `json:"asked,omitempty"`
		Expires  time.Time `json:"expires"`
		Next     Dur       `json:"next,omitempty"` // until the next update; left out: the cadence
		Public   *Public   `json:"public,omitempty"`
		Warnings []string  `json:"warnings,omitempty"`
	}
	ApprovalGiven struct {
		ID   string `json:"id"`
		As   string `json:"as"` // the standing group
		Hash string `json:"hash"`
	}
	ApprovalVoided struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
	}
	// UpdateApproved and UpdateRejected end an approval by a person's word.
	UpdateApproved struct {
		ID       string `json:"id"`
		Approval string `json:"approval"`
		Hash     string `json:"hash"`
	}
	UpdateRejected struct {
		ID       string `json:"id"`
		Approval string `json:"approval"`
	}
	UpdateSkipped struct {
		Audience string     `json:"audience"`
		Due      time.Time  `json:"due"`
		Next     *time.Time `json:"next,omitempty"`
	}
	UpdateReminded struct {
		Audience string    `json:"audience"`
		Due      time.Time `json:"due"`
		To       string    `json:"to"`
		Late     int       `json:"late_minutes,omitempty"`
	}
	UpdateMissed struct {
		Audience string     `json:"audience"`
		Due      time.Time  `json:"due"`
		Next     *time.Time `json:"next,omitempty"`
		Count    int        `json:"count"` // how many due times passed; more than 1 after an outage
		Late     int        `json:"late_minutes,omitempty"`
	}

	PageAcknowledged struct {
		Key     string   `json:"key"`
		Page    string   `json:"page,omitempty"`    // PG-1
		Person  string   `json:"person"`            // empty for somebody the plan does not know
		Name    string   `json:"name,omitempty"`    // of such a person, as the pager writes it
		Event   string   `json:"event,omitempty"`   // the pager's record of it; empty when it was said here
		Message *Message `json:"message,omitempty"` // the chat message it was made of
	}
	// PageUnacknowledged and its kin are told by the pager of a page that it has
	// accepted.
	PageUnacknowledged struct{ PageTurn }
	PageEscalated      struct{ PageTurn }
	PageReassigned     struct{ PageTurn }
	PageDeclined       struct{ PageTurn }
	PageResolved       struct{ PageTurn }
	// PageUnconfirmed starts the fallback ladder, once a page.
	PageUnconfirmed struct {
		Key  string `json:"key"`
		To   string `json:"to"`
		Late int    `json:"late_minutes,omitempty"`
		Lost bool   `json:"lost,omitempty"` // the pager had accepted it, and does not know it
	}
	TicketLinked struct {
		Ticket string `json:"ticket"`
	}
	// TicketMoved says that somebody has moved a ticket in the tracker; what
	// Holdfast moves itself is an effect.
	TicketMoved struct {
		Ticket string `json:"ticket"`
		Task   string `json:"task,omitempty"`
		Change uint64 `json:"change"` // the tracker's number of it
		From   string `json:"from"`   // as the tracker names them
		To     string `json:"to"`
		Done   bool   `json:"done,omitempty"` // work is over in To
		By     string `json:"by"`             // as the tracker names them
	}

	FollowStarted struct {
		Person  string `json:"person"`
		Auditor bool   `json:"auditor,omitempty"` // may see it should it be private
		Mail    bool   `json:"mail,omitempty"`    // told by mail
	}
	FollowEnded struct {
		Person string `json:"person"`
	}

	// AccessDenied is written at most once a person, rule and minute.
	AccessDenied struct {
		Person string `json:"person"`
		Verb   string `json:"verb"`
		Rule   string `json:"rule"`
	}
)

func (Declared) Kind() string           { return "incident.declared" }
func (Joined) Kind() string             { return "incident.joined" }
func (Retitled) Kind() string           { return "incident.retitled" }
func (Rescoped) Kind() string           { return "incident.rescoped" }
func (Resolved) Kind() string           { return "incident.resolved" }
func (Verified) Kind() string           { return "incident.verified" }
func (Reopened) Kind() string           { return "incident.reopened" }
func (Closed) Kind() string             { return "incident.closed" }
func (Merged) Kind() string             { return "incident.merged" }
func (Absorbed) Kind() string           { return "incident.absorbed" }
func (MadePrivate) Kind() string        { return "incident.private" }
func (MadePublic) Kind() string         { return "incident.public" }
func (SeveritySet) Kind() string        { return "severity.set" }
func (PhaseSet) Kind() string           { return "phase.set" }
func (TimeSet) Kind() string            { return "time.set" }
func (RoleOffered) Kind() string        { return "role.offered" }
func (RoleTaken) Kind() string          { return "role.taken" }
func (RoleDeclined) Kind() string       { return "role.declined" }
func (RoleLapsed) Kind() string         { return "role.lapsed" }
func (RoleDropped) Kind() string        { return "role.dropped" }
func (CommandOffered) Kind() string     { return "command.offered" }
func (CommandAccepted) Kind() string    { return "command.accepted" }
func (CommandDeclined) Kind() string    { return "command.declined" }
func (CommandLapsed) Kind() string      { return "command.lapsed" }
func (CommandUnclaimed) Kind() string   { return "command.unclaimed" }
func (CommandSilent) Kind() string      { return "command.silent" }
func (DecisionMade) Kind() string       { return "decision.made" }
func (NoteAdded) Kind() string          { return "note.added" }
func (EntryCorrected) Kind() string     { return "entry.corrected" }
func (TaskAdded) Kind() string          { return "task.added" }
func (TaskDone) Kind() string           { return "task.done" }
func (TaskBlocked) Kind() string        { return "task.blocked" }
func (TaskOverdue) Kind() string        { return "task.overdue" }
func (FollowupAdded) Kind() string      { return "followup.added" }
func (FollowupOwned) Kind() string      { return "followup.owned" }
func (FollowupDone) Kind() string       { return "followup.done" }
func (UpdateDrafted) Kind() string      { return "update.drafted" }
func (UpdateSent) Kind() string         { return "update.sent" }
func (UpdateSkipped) Kind() string      { return "update.skipped" }
func (ApprovalRequested) Kind() string  { return "approval.requested" }
func (ApprovalGiven) Kind() string      { return "approval.given" }
func (ApprovalVoided) Kind() string     { return "approval.voided" }
func (UpdateApproved) Kind() string     { return "update.approved" }
func (UpdateRejected) Kind() string     { return "update.rejected" }
func (UpdateReminded) Kind() string     { return "update.reminded" }
func (UpdateMissed) Kind() string       { return "update.missed" }
func (PageAcknowledged) Kind() string   { return "page.acknowledged" }
func (PageUnconfirmed) Kind() string    { return "page.unconfirmed" }
func (PageUnacknowledged) Kind() string { return "page.unacknowledged" }
func (PageEscalated) Kind() string      { return "page.escalated" }
func (PageReassigned) Kind() string     { return "page.reassigned" }
func (PageDeclined) Kind() string       { return "page.declined" }
func (PageResolved) Kind() string       { return "page.resolved" }
func (TicketLinked) Kind() string       { return "ticket.linked" }
func (FollowStarted) Kind() string      { return "follow.started" }
func (FollowEnded) Kind() string        { return "follow.ended" }
func (AccessDenied) Kind() string       { return "access.denied" }
func (TicketMoved) Kind() string        { return "ticket.moved" }

// Kinds is the closed set of facts an incident's journal may hold.
func Kinds() journal.Kinds {
	k := journal.EffectKinds(journal.EffectTypes...)
	maps.Copy(k, journal.Kinds{
		"incident.declared":   func() journal.Fact { return &Declared{} },
		"incident.joined":     func() journal.Fact { return &Joined{} },
		"incident.retitled":   func() journal.Fact { return &Retitled{} },
		"incident.rescoped":   func() journal.Fact { return &Rescoped{} },
		"incident.resolved":   func() journal.Fact { return &Resolved{} },
		"incident.verified":   func() journal.Fact { return &Verified{} },
		"incident.reopened":   func() journal.Fact { return &Reopened{} },
		"incident.closed":     func() journal.Fact { return &Closed{} },
		"incident.merged":     func() journal.Fact { return &Merged{} },
		"incident.absorbed":   func() journal.Fact { return &Absorbed{} },
		"incident.private":    func() journal.Fact { return &MadePrivate{} },
		"incident.public":     func() journal.Fact { return &MadePublic{} },
		"severity.set":        func() journal.Fact { return &SeveritySet{} },
		"phase.set":           func() journal.Fact { return &PhaseSet{} },
		"time.set":            func() journal.Fact { return &TimeSet{} },
		"role.offered":        func() journal.Fact { return &RoleOffered{} },
		"role.taken":          func() journal.Fact { return &RoleTaken{} },
		"role.declined":       func() journal.Fact { return &RoleDeclined{} },
		"role.lapsed":         func() journal.Fact { return &RoleLapsed{} },
		"role.dropped":        func() journal.Fact { return &RoleDropped{} },
		"command.offered":     func() journal.Fact { return &CommandOffered{} },
		"command.accepted":    func() journal.Fact { return &CommandAccepted{} },
		"command.declined":    func() journal.Fact { return &CommandDeclined{} },
		"command.lapsed":      func() journal.Fact { return &CommandLapsed{} },
		"command.unclaimed":   func() journal.Fact { return &CommandUnclaimed{} },
		"command.silent":      func() journal.Fact { return &CommandSilent{} },
		"decision.made":       func() journal.Fact { return &DecisionMade{} },
		"note.added":          func() journal.Fact { return &NoteAdded{} },
		"entry.corrected":     func() journal.Fact { return &EntryCorrected{} },
		"task.added":          func() journal.Fact { return &TaskAdded{} },
		"task.done":           func() journal.Fact { return &TaskDone{} },
		"task.blocked":        func() journal.Fact { return &TaskBlocked{} },
		"task.overdue":        func() journal.Fact { return &TaskOverdue{} },
		"followup.added":      func() journal.Fact { return &FollowupAdded{} },
		"followup.owned":      func() journal.Fact { return &FollowupOwned{} },
		"followup.done":       func() journal.Fact { return &FollowupDone{} },
		"update.drafted":      func() journal.Fact { return &UpdateDrafted{} },
		"update.sent":         func() journal.Fact { return &UpdateSent{} },
		"update.skipped":      func() journal.Fact { return &UpdateSkipped{} },
		"approval.requested":  func() journal.Fact { return &ApprovalRequested{} },
		"approval.given":      func() journal.Fact { return &ApprovalGiven{} },
		"approval.voided":     func() journal.Fact { return &ApprovalVoided{} },
		"update.approved":     func() journal.Fact { return &UpdateApproved{} },
		"update.rejected":     func() journal.Fact { return &UpdateRejected{} },
		"update.reminded":     func() journal.Fact { return &UpdateReminded{} },
		"update.missed":       func() journal.Fact { return &UpdateMissed{} },
		"page.acknowledged":   func() journal.Fact { return &PageAcknowledged{} },
		"page.unconfirmed":    func() journal.Fact { return &PageUnconfirmed{} },
		"page.unacknowledged": func() journal.Fact { return &PageUnacknowledged{} },
		"page.escalated":      func() journal.Fact { return &PageEscalated{} },
		"page.reassigned":     func() journal.Fact { return &PageReassigned{} },
		"page.declined":       func() journal.Fact { return &PageDeclined{} },
		"page.resolved":       func() journal.Fact { return &PageResolved{} },
		"ticket.linked":       func() journal.Fact { return &TicketLinked{} },
		"follow.started":      func() journal.Fact { return &FollowStarted{} },
		"follow.ended":        func() journal.Fact { return &FollowEnded{} },
		"rto.missed":          func() journal.Fact { return &RTOMissed{} },
		"access.denied":       func() journal.Fact { return &AccessDenied{} },
		"ticket.moved":        func() journal.Fact { return &TicketMoved{} },
		"plan.pinned":         func() journal.Fact { return &PlanPinned{} },
		"plan.adopted":        func() journal.Fact { return &PlanAdopted{} },
	})
	return k
}
