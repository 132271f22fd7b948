package incident

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
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
	// Rebuilt says that the register was damaged, and that what follows was
	// gathered from the incidents' own journals.
	Rebuilt struct {
		Kept      uint64 `json:"kept"`      // entries of the old register that stand before this one
		From      string `json:"from"`      // what from, and where the old one is
		Incidents int    `json:"incidents"` // the highest number that was given
		Drills    int    `json:"drills"`
		LeftOut   int    `json:"left_out,omitempty"` // so many more of each may have been given
	}
	// Lost says that a number was given to an incident of which no entry can be
	// read. It is not given again.
	Lost struct {
		ID string `json:"id"`
	}
)

func (Opened) Kind() string    { return "register.opened" }
func (Ended) Kind() string     { return "register.closed" }
func (Resumed) Kind() string   { return "register.reopened" }
func (Withheld) Kind() string  { return "register.private" }
func (Disclosed) Kind() string { return "register.public" }
func (Rebuilt) Kind() string   { return "register.rebuilt" }
func (Lost) Kind() string      { return "register.lost" }

// RegisterKinds is the closed set of facts of the register.
func RegisterKinds() journal.Kinds {
	return journal.Kinds{
		"register.opened":   func() journal.Fact { return &Opened{} },
		"register.closed":   func() journal.Fact { return &Ended{} },
		"register.reopened": func() journal.Fact { return &Resumed{} },
		"register.private":  func() journal.Fact { return &Withheld{} },
		"register.public":   func() journal.Fact { return &Disclosed{} },
		"register.rebuilt":  func() journal.Fact { return &Rebuilt{} },
		"register.lost":     func() journal.Fact { return &Lost{} },
		"access.denied":     func() journal.Fact { return &AccessDenied{} },
	}
}

// EndOf is what the register is told of a closed incident.
func EndOf(s State) *Ended {
	ended := &Ended{ID: s.ID, Title: s.Title, As: s.ClosedAs}
	if s.Private {
		ended.Title = ""
	}
	return ended
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
	Ended    time.Time `json:"ended,omitzero"` // when it was closed last
	Lost     bool      `json:"lost,omitempty"` // no entry of it can be read any more; it counts as closed
	By       string    `json:"by"`
	room     string
	print    string
}

// State is what the register alone says of an incident. Who has read its
// journal knows better.
func (l Listed) State() State {
	s := State{ID: l.ID, Title: l.Title, Severity: l.Severity, Phase: PhaseUnreadable, Private: l.Private, Drill: l.Drill}
	switch {
	case l.Lost:
		s.Phase = PhaseLost
	case l.Closed:
		s.Phase = PhaseClosed
	}
	return s
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
	rebuilt   []Rebuilt
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
		r = r.enter(Listed{ID: f.ID, Title: f.Title, Services: f.Services, Severity: f.Severity,
			Private: f.Private, Drill: f.Drill, Opened: e.At, By: e.Actor, room: e.Room, print: e.Print})
	case *Ended:
		r = r.line(f.ID, func(l *Listed) { l.Closed, l.Title, l.Ended = true, f.Title, e.Recorded })
	case *Resumed:
		r = r.line(f.ID, func(l *Listed) { l.Closed = false })
	case *Withheld:
		r = r.line(f.ID, func(l *Listed) { l.Private, l.Title = true, "" })
	case *Disclosed:
		r = r.line(f.ID, func(l *Listed) { l.Private, l.Title = false, f.Title })
	case *Rebuilt:
		r.incs, r.drills = max(r.incs, f.Incidents+f.LeftOut), max(r.drills, f.Drills+f.LeftOut)
		r.rebuilt = append(slices.Clip(r.rebuilt), *f)
	case *Lost:
		if _, known := r.Lookup(f.ID); !known {
			r = r.enter(Listed{ID: f.ID, Drill: isDrill(f.ID), Opened: e.At, By: e.Actor})
		}
		r = r.line(f.ID, func(l *Listed) { l.Lost, l.Closed = true, true })
	case *AccessDenied:
		r.denials = append(slices.Clip(r.denials), denial{f.Person, f.Rule, e.Recorded})
	case journal.Unknown:
		r.newer = f.Of
	}
	return r
}

// enter adds a line and counts its number as given.
func (r Register) enter(l Listed) Register {
	given := &r.incs
	if l.Drill {
		given = &r.drills
	}
	if n := NumberOf(l.ID); n > 0 {
		*given = max(*given, n)
	} else {
		*given++
	}
	if r.at == nil {
		r.at = map[string]int{}
	}
	r.at[l.ID] = len(r.Incidents)
	r.Incidents = append(r.Incidents, l)
	return r
}

// The names of incidents and drills: a prefix, then a number.
const (
	incidentPrefix = "INC-"
	drillPrefix    = "DRL-"
)

func isDrill(id string) bool { return strings.HasPrefix(id, drillPrefix) }

// NumberOf returns the number in the name of an incident or a drill, and 0 for
// any other journal.
func NumberOf(id string) int {
	digits, found := strings.CutPrefix(id, incidentPrefix)
	if !found {
		digits, found = strings.CutPrefix(id, drillPrefix)
	}
	n, err := strconv.Atoi(digits)
	if !found || err != nil || n < 1 || strconv.Itoa(n) != digits {
		return 0
	}
	return n
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
		return fmt.Sprintf("%s%d", drillPrefix, r.drills+1)
	}
	return fmt.Sprintf("%s%d", incidentPrefix, r.incs+1)
}

// DeniedLately says whether a denial of this rule for this person was written
// within the last minute.
func (r Register) DeniedLately(person, rule string, now time.Time) bool {
	return slices.ContainsFunc(r.denials, func(d denial) bool {
		return d.person == person && d.rule == rule && now.Sub(d.at) < time.Minute
	})
}
