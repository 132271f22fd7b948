package incident

import (
	"fmt"
	"slices"
	"time"

	"holdfast/journal"
)

// RegisterJournal is the name of the journal that numbers incidents.
const RegisterJournal = "register"

// The facts of the register.
type (
	// Opened numbers an incident. The title of a private one is left out.
	Opened struct {
		ID       string   `json:"id"`
		Title    string   `json:"title,omitempty"`
		Services []string `json:"services,omitempty"`
		Severity int      `json:"severity"`
		Private  bool     `json:"private,omitempty"`
		Drill    bool     `json:"drill,omitempty"`
	}
	// Ended says that an incident is closed and all its effects are over.
	Ended struct {
		ID    string `json:"id"`
		Title string `json:"title,omitempty"`
		As    string `json:"as,omitempty"`
	}
	// Resumed says that a closed incident was opened again.
	Resumed struct {
		ID string `json:"id"`
	}
	// Withheld says that an incident has become private, Disclosed that it has
	// become public.
	Withheld struct {
		ID string `json:"id"`
	}
	Disclosed struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	}
)

func (Opened) Kind() string    { return "register.opened" }
func (Ended) Kind() string     { return "register.closed" }
func (Resumed) Kind() string   { return "register.reopened" }
func (Withheld) Kind() string  { return "register.private" }
func (Disclosed) Kind() string { return "register.public" }

// RegisterKinds is the closed set of facts of the register.
func RegisterKinds() journal.Kinds {
	return journal.Kinds{
		"register.opened":   func() journal.Fact { return &Opened{} },
		"register.closed":   func() journal.Fact { return &Ended{} },
		"register.reopened": func() journal.Fact { return &Resumed{} },
		"register.private":  func() journal.Fact { return &Withheld{} },
		"register.public":   func() journal.Fact { return &Disclosed{} },
		"access.denied":     func() journal.Fact { return &AccessDenied{} },
	}
}

// Listed is one line of the register.
type Listed struct {
	ID       string    `json:"id"`
	Title    string    `json:"title,omitempty"`
	Services []string  `json:"services,omitempty"`
	Severity int       `json:"severity"`
	Private  bool      `json:"private,omitempty"`
	Drill    bool      `json:"drill,omitempty"`
	Opened   time.Time `json:"opened"`
	Closed   bool      `json:"closed,omitempty"`
	By       string    `json:"by"`
	room     string
	print    string
}

// Register is what the register's entries add up to.
type Register struct {
	Incidents []Listed `json:"incidents"`
	Entries   uint64   `json:"entries"`
	Head      string   `json:"head"`
	incs      int
	drills    int
	newer     string
	denials   []denial
	at        map[string]int // id -> index in Incidents; shared, since lines never move
}

// FoldRegister adds up entries, oldest first.
func FoldRegister(r Register, entries ...journal.Entry) Register {
	for _, e := range entries {
		r = r.Apply(e)
	}
	return r
}

// Apply returns the register after one more entry.
func (r Register) Apply(e journal.Entry) Register {
	r.Entries, r.Head = e.Seq, e.Hash
	switch f := e.Fact.(type) {
	case *Opened:
		if f.Drill {
			r.drills++
		} else {
			r.incs++
		}
		if r.at == nil {
			r.at = map[string]int{}
		}
		r.at[f.ID] = len(r.Incidents)
		r.Incidents = append(r.Incidents, Listed{ID: f.ID, Title: f.Title, Services: f.Services, Severity: f.Severity,
			Private: f.Private, Drill: f.Drill, Opened: e.Recorded, By: e.Actor, room: e.Room, print: e.Print})
	case *Ended:
		r = r.line(f.ID, func(l *Listed) { l.Closed, l.Title = true, f.Title })
	case *Resumed:
		r = r.line(f.ID, func(l *Listed) { l.Closed = false })
	case *Withheld:
		r = r.line(f.ID, func(l *Listed) { l.Private, l.Title = true, "" })
	case *Disclosed:
		r = r.line(f.ID, func(l *Listed) { l.Private, l.Title = false, f.Title })
	case *AccessDenied:
		r.denials = append(slices.Clip(r.denials), denial{f.Person, f.Rule, e.Recorded})
	case journal.Unknown:
		r.newer = f.Of
	}
	return r
}

// line edits in place: the register is folded by one owner and handed out as
// lines, never as itself.
func (r Register) line(id string, edit func(*Listed)) Register {
	if i, ok := r.at[id]; ok && i < len(r.Incidents) {
		edit(&r.Incidents[i])
	}
	return r
}

// Lookup returns the line of an incident.
func (r Register) Lookup(id string) (Listed, bool) {
	if i, ok := r.at[id]; ok && i < len(r.Incidents) {
		return r.Incidents[i], true
	}
	return Listed{}, false
}

// Active returns the ids whose journal may still have something to do.
func (r Register) Active() []string {
	var ids []string
	for _, l := range r.Incidents {
		if !l.Closed {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

// next returns the id of the next incident or drill.
func (r Register) next(drill bool) string {
	if drill {
		return fmt.Sprintf("DRL-%d", r.drills+1)
	}
	return fmt.Sprintf("INC-%d", r.incs+1)
}

// DeniedLately says whether a denial of this rule for this person was written
// within the last minute.
func (r Register) DeniedLately(person, rule string, now time.Time) bool {
	return slices.ContainsFunc(r.denials, func(d denial) bool {
		return d.person == person && d.rule == rule && now.Sub(d.at) < time.Minute
	})
}
