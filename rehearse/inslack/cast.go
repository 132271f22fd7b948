package inslack

import (
	"slices"
	"strings"
	"sync"

	"holdfast/plan"
	standin "holdfast/rehearse/standin/slack"
)

// cast gives everybody of the plan an account in the workspace: the one that
// the plan names, or one of the workspace's own. Who is in no plan any more
// keeps theirs, and is a stranger to the bot.
type cast struct {
	slack *standin.Workspace
	plan  func() *plan.Plan

	mu       sync.Mutex // guards the plan; the workspace may be called meanwhile
	of, with *plan.Plan // the plan last seen, and what was made of it

	names    sync.Mutex        // guards the rest; the workspace is not called
	accounts map[string]string // member ids, by person
	people   map[string]string // the reverse
}

// known is the plan in force, with an account for everybody.
func (c *cast) known() *plan.Plan {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.plan()
	if p == c.of {
		return c.with
	}
	with := *p
	with.People = slices.Clone(p.People)
	for i := range with.People {
		one := &with.People[i]
		id, known := c.has(one.ID)
		if !known {
			id = c.slack.AddUser(one.ID, standin.User{ID: one.Slack, RealName: one.Name, Guest: one.Guest})
			c.names.Lock()
			c.accounts[one.ID], c.people[id] = id, one.ID
			c.names.Unlock()
		}
		one.Slack = id
	}
	c.of, c.with = p, &with
	return c.with
}

// account returns the member id of a person.
func (c *cast) account(person string) (id string, ok bool) {
	c.known()
	return c.has(strings.TrimPrefix(person, "@"))
}

func (c *cast) has(person string) (id string, ok bool) {
	c.names.Lock()
	defer c.names.Unlock()
	id, ok = c.accounts[person]
	return id, ok
}

// person returns who has a member id; somebody unknown has it for a name. It
// calls nobody.
func (c *cast) person(id string) string {
	c.names.Lock()
	defer c.names.Unlock()
	if p, ok := c.people[id]; ok {
		return p
	}
	return strings.ToLower(id)
}
