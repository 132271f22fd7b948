package standin

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"holdfast/integrations"
	"holdfast/internal/clock"
)

// Tracker keeps tickets in memory: OPS-1, OPS-2 and so on for each project. A
// key of a project it has names a ticket, even one that nobody opened through
// it: somebody else may have.
type Tracker struct {
	*Faults
	audience

	clock    clock.Clock
	projects []string // empty: every project exists

	mu      sync.Mutex
	opened  map[string]int                         // project -> tickets
	labels  map[string]string                      // label -> the first ticket that carries it
	entered map[string]bool                        // ticket and key of links and comments
	states  map[string]string                      // ticket -> where it has been moved
	changes map[string][]integrations.TicketChange // ticket -> what others have moved
}

var (
	_ integrations.Tracker = (*Tracker)(nil)
	_ integrations.Mover   = (*Tracker)(nil)
)

// NewTracker returns a tracker without tickets that has these projects;
// without any it has every project it is asked for.
func NewTracker(c clock.Clock, projects ...string) *Tracker {
	return &Tracker{
		Faults: NewFaults("the tracker", c), clock: c, projects: projects,
		opened: map[string]int{}, labels: map[string]string{}, entered: map[string]bool{}, states: map[string]string{}, changes: map[string][]integrations.TicketChange{},
	}
}

// Create implements integrations.Tracker.
func (t *Tracker) Create(ctx context.Context, n integrations.NewTicket) (string, error) {
	out := t.Strike(ctx)
	if !out.Performs {
		return "", out.Err
	}
	id, err := t.open(n)
	if err == nil {
		err = out.Err
	}
	if err != nil {
		return "", err
	}
	return id, nil
}

// open does what Create asks for, whatever fails at the moment.
func (t *Tracker) open(n integrations.NewTicket) (string, error) {
	if !t.has(n.Project) {
		return "", integrations.UnknownProject(n.Project)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opened[n.Project]++
	id := fmt.Sprintf("%s-%d", n.Project, t.opened[n.Project])
	if _, labelled := t.labels[n.Key]; !labelled {
		t.labels[n.Key] = id
	}
	t.tell(Event{At: t.clock.Now(), Kind: Ticket, To: "new", Ref: id, Text: n.Title, Key: n.Key})
	return id, nil
}

// Remember makes the tracker know a ticket of an earlier life of this
// stand-in, so that ids go on counting.
func (t *Tracker) Remember(key, id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.labels[key] = id
	project, number, _ := strings.Cut(id, "-")
	if n, err := strconv.Atoi(number); err == nil {
		t.opened[project] = max(t.opened[project], n)
	}
}

// Find implements integrations.Tracker.
func (t *Tracker) Find(ctx context.Context, key string) (string, bool, error) {
	if out := t.Strike(ctx); out.Err != nil {
		return "", false, out.Err
	}
	id, found := t.named(key)
	return id, found, nil
}

func (t *Tracker) named(key string) (id string, found bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	id, found = t.labels[key]
	return id, found
}

// Link implements integrations.Tracker.
func (t *Tracker) Link(ctx context.Context, ticket, incident, globalID string) error {
	return t.enter(ctx, Event{Kind: Link, To: ticket, Ref: ticket, Text: incident, Key: globalID})
}

// Comment implements integrations.Tracker.
func (t *Tracker) Comment(ctx context.Context, ticket, text, key string) error {
	return t.enter(ctx, Event{Kind: Comment, To: ticket, Ref: ticket, Text: text, Key: key})
}

// Nowhere is a state that no ticket can be moved to.
const Nowhere = "Nowhere"

// Move implements integrations.Mover: any ticket goes anywhere but Nowhere.
func (t *Tracker) Move(ctx context.Context, m integrations.Move) error {
	out := t.Strike(ctx)
	if !out.Performs {
		return out.Err
	}
	if project, _, ok := strings.Cut(m.Ticket, "-"); !ok || !t.has(project) {
		return integrations.UnknownTicket(m.Ticket)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch at := t.states[m.Ticket]; {
	case m.Transition == Nowhere:
		return integrations.NotReachable(m.Ticket, m.Transition, cmp.Or(at, "To Do"))
	case at != m.Transition:
		t.states[m.Ticket] = m.Transition
		t.tell(Event{At: t.clock.Now(), Kind: Transition, To: m.Ticket, Ref: m.Ticket, Text: m.Transition})
	}
	return out.Err
}

func (t *Tracker) enter(ctx context.Context, e Event) error {
	out := t.Strike(ctx)
	if !out.Performs {
		return out.Err
	}
	if err := t.add(e); err != nil {
		return err
	}
	return out.Err
}

// add adds something to a ticket once a key, whatever fails at the moment.
func (t *Tracker) add(e Event) error {
	project, _, ok := strings.Cut(e.To, "-")
	if !ok || !t.has(project) {
		return integrations.UnknownTicket(e.To)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if once := e.Kind + " " + e.To + " " + e.Key; !t.entered[once] {
		t.entered[once] = true
		e.At = t.clock.Now()
		t.tell(e)
	}
	return nil
}

func (t *Tracker) has(project string) bool {
	return project != "" && (len(t.projects) == 0 || slices.Contains(t.projects, project))
}
