// Package jira is a Jira that stands in for the true one, Cloud or Data Center,
// as far as Holdfast uses it: projects, tickets and their workflow, labels,
// comments, remote links, a search that lags, a record of changes, and signed
// webhooks. It shares no code with the side that calls. What it does not know it
// answers as Jira words it, so that a call that Jira would refuse is refused
// here.
package jira

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
)

// Options are one Jira.
type Options struct {
	Cloud    bool
	Base     string // path before /rest, as a Data Center may have: "/jira"
	Clock    clock.Clock
	User     string // who may sign in with Token; empty: Token is sent as a bearer
	Token    string
	Projects []string      // each has tasks and sub-tasks
	Lag      time.Duration // how long a change stays hidden from searches
	Page     int           // tickets a page of a search holds at most; 50 when zero
	Secret   string        // signs webhooks
}

// Jira is the server. Safe for concurrent use.
type Jira struct {
	*standin.Faults
	o Options

	mu       sync.Mutex
	issues   []*issue
	byKey    map[string]*issue
	numbers  map[string]int  // project -> the last number
	changes  int             // the last change
	ids      int             // the last id of anything else
	web      string          // an HTML page that is answered to everything; empty: none
	lost     map[string]bool // posts whose first answer was lost; nil: none is
	calls    []Call
	told     []func(Call)
	statuses []status
}

// Call is one request as it came.
type Call struct {
	Method, Path, Query string
	Body                string
	Fault               string // the mode that struck it
	Status              int    // what it is answered; 0: nothing
}

type status struct {
	id, name, category string
}

// way is a transition of the one workflow that all tickets have.
type way struct {
	id, name, to string
	from         []string // empty: from everywhere
}

type issue struct {
	id            int
	key, project  string
	kind          string
	parent        string
	summary, text string
	labels        []string
	status        string
	created       time.Time
	updated       time.Time
	shown         view // what searches see
	history       []change
	comments      []comment
	links         []link
}

// view is a ticket as a search sees it, until when the next one is seen.
type view struct {
	created bool
	status  string
	updated time.Time
}

type change struct {
	id       int
	at       time.Time
	by       person
	from, to string
}

type comment struct {
	id   int
	by   person
	body string
}

type link struct {
	id                 int
	global, url, title string
}

type person struct{ id, name, shown string }

// self is who Holdfast is.
var self = person{"5b10a2844c20165700ede21g", "holdfast", "Holdfast"}

// New returns a Jira without tickets.
func New(o Options) *Jira {
	if o.Page == 0 {
		o.Page = 50
	}
	return &Jira{Faults: standin.NewFaults("jira", o.Clock), o: o, byKey: map[string]*issue{}, numbers: map[string]int{}, changes: 10000, ids: 20000,
		statuses: []status{{"10001", "To Do", "new"}, {"10002", "In Progress", "indeterminate"}, {"10003", "Blocked", "indeterminate"}, {"10004", "Done", "done"}, {"10005", "Cancelled", "done"}, {"10006", "Resolved", "done"}}}
}

// The workflow: nothing is done that is blocked, and what is cancelled stays so.
var workflow = []way{
	{"11", "Start work", "In Progress", []string{"To Do", "Blocked"}},
	{"21", "Block", "Blocked", []string{"To Do", "In Progress"}},
	{"31", "Done", "Done", []string{"To Do", "In Progress"}},
	{"41", "Cancel", "Cancelled", []string{"To Do", "In Progress", "Blocked"}},
	{"51", "Reopen", "To Do", []string{"Done"}},
	{asksResolution, "Resolve", "Resolved", []string{"To Do", "In Progress"}},
}

// asksResolution is the transition whose screen wants a resolution.
const asksResolution = "61"

func (j *Jira) ways(from string) []way {
	return slices.DeleteFunc(slices.Clone(workflow), func(w way) bool { return len(w.from) > 0 && !slices.Contains(w.from, from) })
}

func (j *Jira) statusOf(name string) status {
	i := slices.IndexFunc(j.statuses, func(s status) bool { return s.name == name })
	return j.statuses[i]
}

// AnswerPages has every call answered with a web page from now on, as a sign-on
// page or a proxy does; empty ends that.
func (j *Jira) AnswerPages(html string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.web = html
}

// LoseFirst has the first answer to each post lost from now on: it is done, and
// whoever asked does not hear of it.
func (j *Jira) LoseFirst() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lost = map[string]bool{}
}

// OnCall has f told of every call from now on, before it is answered.
func (j *Jira) OnCall(f func(Call)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.told = append(j.told, f)
}

// Calls returns all calls so far.
func (j *Jira) Calls() []Call {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.calls)
}

// Ticket is one ticket as a person sees it.
type Ticket struct {
	Key, Project, Type, Parent, Summary, Description, Status string
	Labels, Comments, Links                                  []string // links: global id and address
	Moves                                                    []string // "To Do > Done by Holdfast"
}

// Tickets returns all tickets in the order in which they were opened.
func (j *Jira) Tickets() []Ticket {
	j.mu.Lock()
	defer j.mu.Unlock()
	var all []Ticket
	for _, i := range j.issues {
		t := Ticket{Key: i.key, Project: i.project, Type: i.kind, Parent: i.parent, Summary: i.summary, Description: i.text, Status: i.status, Labels: slices.Clone(i.labels)}
		for _, c := range i.comments {
			t.Comments = append(t.Comments, c.body)
		}
		for _, l := range i.links {
			t.Links = append(t.Links, l.global+" "+l.url)
		}
		for _, h := range i.history {
			t.Moves = append(t.Moves, fmt.Sprintf("%s > %s by %s", h.from, h.to, h.by.shown))
		}
		all = append(all, t)
	}
	return all
}

// Ticket returns one of them, empty when there is none.
func (j *Jira) Ticket(key string) Ticket {
	for _, t := range j.Tickets() {
		if t.Key == key {
			return t
		}
	}
	return Ticket{}
}

// Open has somebody of the desk open a ticket.
func (j *Jira) Open(project, summary string) (key string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.open(&issue{project: project, kind: "Task", summary: summary}).key
}

func (j *Jira) open(i *issue) *issue {
	now := j.o.Clock.Now()
	j.numbers[i.project]++
	j.ids++
	i.id, i.key, i.status = j.ids, fmt.Sprintf("%s-%d", i.project, j.numbers[i.project]), "To Do"
	i.created, i.updated = now, now
	j.issues = append(j.issues, i)
	j.byKey[i.key] = i
	return i
}

// Move has somebody of the desk move a ticket into a state, whatever the
// workflow says, and returns the number of the change.
func (j *Jira) Move(key, to, by string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.move(j.byKey[key], to, person{"557058:" + strings.ToLower(by), strings.ToLower(by), by})
}

// Rekey has somebody move a ticket into another project, where it gets a new key
// and is found by the old one, too.
func (j *Jira) Rekey(key, project string) (now string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := j.byKey[key]
	j.numbers[project]++
	i.project, i.key = project, fmt.Sprintf("%s-%d", project, j.numbers[project])
	j.byKey[i.key] = i
	return i.key
}

func (j *Jira) move(i *issue, to string, by person) int {
	now := j.o.Clock.Now()
	if now.Sub(i.updated) >= j.o.Lag { // searches have seen what was before
		i.shown = view{true, i.status, i.updated}
	}
	j.changes++
	i.history = append(i.history, change{j.changes, now, by, i.status, to})
	i.status, i.updated = to, now
	return j.changes
}
