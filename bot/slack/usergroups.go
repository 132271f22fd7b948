package slack

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"holdfast/bot"
	"holdfast/plan"
)

var _ bot.Standing = (*Workspace)(nil)

const (
	// groupsAge is how old the list of a user group may be before it is asked
	// for again.
	groupsAge = 5 * time.Minute
	// groupsAgain is how long a list that could not be had is left alone.
	groupsAgain = 30 * time.Second
)

// userGroups knows who is in which user group of Slack. What is known is kept
// while Slack is away.
type userGroups struct {
	mu   sync.Mutex
	list map[string]userGroup // by id
	wake chan struct{}
}

type userGroup struct {
	members map[string]bool // member ids; nil until Slack has told them
	next    time.Time       // when it is asked for again; zero: now
}

// StandingOf implements bot.Standing by the user groups that the plan names.
func (w *Workspace) StandingOf(person string) []bot.Membership {
	p := w.people()
	x, known := p.Person(person)
	if !known || x.Slack == "" {
		return nil
	}
	var all []bot.Membership
	for _, group := range slices.Sorted(maps.Keys(p.Policy.SlackGroups)) {
		if id := p.Policy.SlackGroups[group]; w.groups.members(id)[x.Slack] {
			all = append(all, bot.Membership{Group: group, By: "the user group " + id + " of Slack"})
		}
	}
	return all
}

// Staffed implements bot.Standing.
func (w *Workspace) Staffed(group string) bool {
	p := w.people()
	members := w.groups.members(p.Policy.SlackGroups[group])
	return slices.ContainsFunc(p.People, func(x plan.Person) bool { return !x.Guest && members[x.Slack] })
}

// UserGroup returns the member ids of a user group, as Slack has them now.
func (w *Workspace) UserGroup(ctx context.Context, id string) ([]string, error) {
	members, err := w.client.GetUserGroupMembersContext(ctx, id)
	if err != nil {
		return nil, w.failure("look at the user group", id, err)
	}
	return members, nil
}

// LoadGroups asks Slack for the user groups that the plan names and whose time
// has come, and returns when the next one's comes. What cannot be had is logged,
// and stays as it was last known.
func (w *Workspace) LoadGroups(ctx context.Context) (next time.Time) {
	now := w.clock.Now()
	next = now.Add(groupsAge)
	for _, id := range slices.Compact(slices.Sorted(maps.Values(w.people().Policy.SlackGroups))) {
		due := w.groups.due(id)
		if !due.After(now) {
			due = w.loadGroup(ctx, id, now)
		}
		if due.Before(next) {
			next = due
		}
	}
	return next
}

func (w *Workspace) loadGroup(ctx context.Context, id string, now time.Time) (next time.Time) {
	members, err := w.UserGroup(ctx, id)
	if word(err) == "no_such_subteam" {
		members, err = []string{}, nil // it has been taken away, and with it what it gave
		w.log.Warn("Slack has no such user group; `holdfast doctor` says more", "group", id)
	}
	if err == nil {
		return w.groups.know(id, members, now.Add(groupsAge))
	}
	next = now.Add(groupsAgain)
	var hint interface{ RetryAfter() time.Duration }
	if errors.As(err, &hint) && hint.RetryAfter() > groupsAgain {
		next = now.Add(hint.RetryAfter())
	}
	w.log.Warn("a user group of Slack is as it was last known", "group", id, "err", err)
	return w.groups.know(id, nil, next)
}

// KeepGroups keeps the lists of user groups fresh until ctx ends.
func (w *Workspace) KeepGroups(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	bell := w.groups.bell()
	for {
		next := w.LoadGroups(ctx)
		timer.Reset(max(next.Sub(w.clock.Now()), time.Second))
		select {
		case <-ctx.Done():
			return
		case <-bell:
		case <-timer.C:
		}
	}
}

// groupChanged is told by Slack that people came into a user group or left it.
func (w *Workspace) groupChanged(_ context.Context, id string) { w.groups.stale(id) }

// members returns who is in a group. A group that nobody has asked for yet, as
// after the plan has changed, is asked for.
func (g *userGroups) members(id string) map[string]bool {
	if id == "" {
		return nil
	}
	g.mu.Lock()
	one, known := g.list[id]
	g.mu.Unlock()
	if !known {
		g.ring()
	}
	return one.members
}

func (g *userGroups) due(id string) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.list[id].next
}

// know keeps a list, or with nil only when it is asked for again.
func (g *userGroups) know(id string, members []string, next time.Time) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.list == nil {
		g.list = map[string]userGroup{}
	}
	one := g.list[id]
	if one.next = next; members != nil {
		one.members = map[string]bool{}
		for _, m := range members {
			one.members[m] = true
		}
	}
	g.list[id] = one
	return next
}

// stale has a group asked for at once that the plan names.
func (g *userGroups) stale(id string) {
	g.mu.Lock()
	one, known := g.list[id]
	if known {
		one.next = time.Time{}
		g.list[id] = one
	}
	g.mu.Unlock()
	if known {
		g.ring()
	}
}

// bell wakes KeepGroups.
func (g *userGroups) bell() chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.wake == nil {
		g.wake = make(chan struct{}, 1)
	}
	return g.wake
}

func (g *userGroups) ring() {
	select {
	case g.bell() <- struct{}{}:
	default:
	}
}
