package incident

import (
	"fmt"
	"slices"

	"holdfast/journal"
)

// want builds the request of an effect. Its key names the journal, the type
// and what it is about, and is made unique by the entry it will follow when
// the same has been wanted before.
func (s State) want(e journal.Effect, about string) *journal.Requested {
	e.Key = s.ID + "/" + e.Type + ":" + about
	if s.onPlatform(e.Type) {
		e.Key += "@" + s.Platform
	}
	if _, taken := s.Outbox.Get(e.Key); taken {
		e.Key = fmt.Sprintf("%s#%d", e.Key, s.Entries+1)
	}
	return &journal.Requested{Effect: e}
}

func (s State) onPlatform(kind string) bool {
	switch kind {
	case journal.Room, journal.Invite, journal.Post, journal.DM, journal.Archive:
		return s.Platform != ""
	}
	return false
}

// roomKey is the key of the effect that makes the incident's room, or has last
// brought it back.
func (s State) roomKey() string {
	return orElse(s.room, s.ID+"/"+journal.Room+":main@"+s.Platform)
}

// HeadlineKey is the key of the one pinned message that is edited in place.
func (s State) HeadlineKey() string { return s.ID + "/" + journal.Post + ":headline@" + s.Platform }

// HasRoom says that the incident's room has been made. One that was archived and
// could not be brought back is still there: people bring it back.
func (s State) HasRoom() bool {
	return slices.ContainsFunc(s.Outbox.All(), func(t journal.Tracked) bool {
		return t.Type == journal.Room && t.To == s.Room && t.Outcome == journal.Done
	})
}

// post asks for a message in the incident's room.
func (s State) post(template, subject string) *journal.Requested {
	return s.postIn(s.Room, template, subject)
}

func (s State) postIn(room, template, subject string) *journal.Requested {
	e := journal.Effect{Type: journal.Post, To: room, Template: template, Subject: subject}
	if room == s.Room {
		e.After = []string{s.roomKey()}
	}
	return s.want(e, about(template, subject))
}

// tell asks for a direct message.
func (s State) tell(person, template, subject string) *journal.Requested {
	e := journal.Effect{Type: journal.DM, To: at(person), Template: template, Subject: subject}
	return s.want(e, about(template, subject)+":"+person)
}

// write asks for a mail, to an address or to a person's.
func (s State) write(to, template, subject string) *journal.Requested {
	return s.want(journal.Effect{Type: journal.Mail, To: to, Template: template, Subject: subject}, about(template, subject)+":"+to)
}

func about(template, subject string) string {
	if subject == "" {
		return template
	}
	return template + ":" + subject
}

// Target is whom a page calls, and who is told when the pager does not accept
// it in time.
type Target struct {
	To       string   `json:"to"` // team:app, service:x, @person
	Fallback []string `json:"fallback,omitempty"`
	Mail     []string `json:"mail,omitempty"` // those of them who are told by mail, too
}

// eachOnce puts lists of targets together.
func eachOnce(lists ...[]Target) []Target {
	var all []Target
	for _, t := range slices.Concat(lists...) {
		if !slices.ContainsFunc(all, func(x Target) bool { return x.To == t.To }) {
			all = append(all, t)
		}
	}
	return all
}

// call asks for somebody to be paged. In a drill nobody is: the room is told
// who would have been.
func (s State) call(target Target, text string) *journal.Requested {
	if s.Drill {
		e := journal.Effect{Type: journal.Post, To: s.Room, Template: "would-page", Subject: target.To, Text: text, After: []string{s.roomKey()}}
		return s.want(e, "would-page:"+target.To)
	}
	return s.want(journal.Effect{Type: journal.Page, To: target.To, Text: text, People: target.Fallback, Mail: target.Mail}, target.To)
}

// paged says whether a page to this target is wanted or done already, or in a
// drill would be.
func (s State) paged(target string) bool {
	would := slices.ContainsFunc(s.Outbox.All(), func(t journal.Tracked) bool { return t.Template == "would-page" && t.Subject == target })
	return would || slices.ContainsFunc(s.Pages, func(p Page) bool { return p.To == target && p.Outcome != journal.NoLonger })
}

// Settle records that an effect has been done. Idempotent: an effect that is
// over stays as it is.
type Settle struct{ Key, Ref string }

func (Settle) verb() string { return "settle" }

func (a Settle) decide(s State, c Context) Verdict {
	t, ok := s.Outbox.Get(a.Key)
	if !c.bot() || !ok || t.Outcome != journal.Pending {
		return Verdict{Rule: ruleEngine.name}
	}
	v := accept(ruleEngine, &journal.Settled{Type: t.Type, Key: a.Key, Ref: a.Ref})
	if digest, wanted := s.closeGap(t, c.Now); wanted {
		v = v.and(digest)
	}
	return v
}

// Fail records that an effect is given up, and says so in the room where that
// can still be done.
type Fail struct{ Key, Reason string }

func (Fail) verb() string { return "fail" }

func (a Fail) decide(s State, c Context) Verdict {
	t, ok := s.Outbox.Get(a.Key)
	if !c.bot() || !ok || t.Outcome != journal.Pending {
		return Verdict{Rule: ruleEngine.name}
	}
	v := accept(ruleEngine, &journal.Failed{Type: t.Type, Key: a.Key, Reason: a.Reason})
	if s.reportable(t) {
		v = v.and(s.post("gave-up", a.Key))
	}
	switch t.Type {
	case journal.Ticket:
		v = v.and(s.without(a.Key, "its ticket was not opened")...)
	case journal.Page:
		v = v.and(s.without(a.Key, "its page was not accepted")...)
	}
	if s.Open() && s.InCommand() != "" && (t.Type == journal.Room || s.firstUnheard(t)) {
		v = v.and(s.tell(s.InCommand(), "gave-up", a.Key)) // there is no room to say it in
	}
	if t.Type == journal.Merge {
		return s.notMerged(v, a)
	}
	return v
}

// firstUnheard: a room that takes no message is told of to who is in command, and
// not again with each message.
func (s State) firstUnheard(t journal.Tracked) bool {
	if t.Type != journal.Post || t.To != s.Room {
		return false
	}
	return !slices.ContainsFunc(s.Outbox.All(), func(x journal.Tracked) bool {
		about, _ := s.Outbox.Get(x.Subject)
		return x.Type == journal.DM && x.Template == "gave-up" && about.Type == journal.Post
	})
}

// reportable: that a message could not be posted cannot be posted, and the
// register is nobody's business.
func (s State) reportable(t journal.Tracked) bool {
	return !s.onPlatform(t.Type) && t.Type != journal.Register && !t.Droppable && s.Room != ""
}

// Stuck announces an effect that has been pending for too long, so that people
// do it by hand. Retries go on.
type Stuck struct {
	Key string
	Why string // what came of the last try; empty when that is not known
}

func (Stuck) verb() string { return "stuck" }

func (a Stuck) decide(s State, c Context) Verdict {
	t, ok := s.Outbox.Get(a.Key)
	if !c.bot() || !ok || t.Outcome != journal.Pending || s.announcedStuck(a.Key) {
		return Verdict{Rule: ruleEngine.name}
	}
	told := s.post("stuck", a.Key)
	told.Text = a.Why
	return accept(ruleEngine, told)
}

func (s State) announcedStuck(key string) bool {
	return slices.ContainsFunc(s.Outbox.All(), func(t journal.Tracked) bool { return t.Template == "stuck" && t.Subject == key })
}
