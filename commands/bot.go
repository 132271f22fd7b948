package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"slices"
	"strings"
	"time"

	"holdfast/bot"
	"holdfast/commands/grammar"
	"holdfast/engine"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/plaintext"
	"holdfast/internal/redact"
	"holdfast/plan"
	"holdfast/templates"
)

// maxRequest is the longest command in bytes.
const maxRequest = 64 << 10

// Exporter hands a person the record of an incident: a file on disk, an
// upload. It returns where it is.
type Exporter func(ctx context.Context, id, format string) (where string, err error)

// Bot answers requests: it knows the person, parses the words, runs the
// command and renders the reply. It keeps nothing between requests.
type Bot struct {
	Engine    *engine.Engine
	Plan      func() *plan.Plan // the plan in force
	Plans     Plans             // the other versions of the plan; nil where none is kept
	Templates func() *templates.Set
	Clock     clock.Clock
	Export    Exporter
	Keep      Keeper                // nil leaves a picture to whoever hands out the reply
	Follow    *bot.Following        // may be nil
	Standing  bot.Standing          // a platform whose groups count too; may be nil
	OnCall    integrations.OnCaller // the pager, where it knows who is on call; may be nil
	// Proposes says that a decided rating becomes a branch of the plan's
	// repository; otherwise the answer says what to change in which line.
	Proposes bool
	Log      *slog.Logger
}

// Handle answers one request. Whatever goes wrong is in the reply.
func (b *Bot) Handle(ctx context.Context, r bot.Request) bot.Reply {
	c := b.call(r)
	if r.Change != nil {
		return c.changed(ctx)
	}
	reply, err := c.answer(ctx)
	if err != nil {
		reply = c.refused(err)
		reply.Form = c.filledAgain(reply.Code)
	}
	reply.Verb = heading(c.command)
	return reply
}

func (b *Bot) call(r bot.Request) *Call {
	if f := r.Form; f != nil && r.Message == nil {
		r.Message = f.Message
	}
	return &Call{bot: b, request: r, plan: b.Plan(), now: b.Clock.Now()}
}

// Call is one request on its way.
type Call struct {
	bot      *Bot
	request  bot.Request
	plan     *plan.Plan
	now      time.Time
	actor    incident.Person
	known    bool   // the plan knows the actor
	root     string // what they stand behind
	line     string // the words behind the root, without secrets
	said     string // the verb as it was typed, in lower case
	command  Command
	args     grammar.Args
	incident string // the one it is about; empty outside a room and without #id
	redacted []string
	seen     incident.State // of the incident last looked at
	fresh    bool           // seen is what the store has, not only what this process knows
	inside   bool           // admitted to the call's incident
}

func (c *Call) answer(ctx context.Context) (bot.Reply, error) {
	c.identify()
	if c.root = c.request.Root; c.root == "" {
		c.root = IncidentRoot
	}
	if !slices.Contains(Roots, c.root) {
		return bot.Reply{}, fault.Newf(fault.Usage, "`/incident help` lists what there is, and `/continuity help` what there is about the plan.", "`/%s` is not in this version.", c.root)
	}
	line := c.request.Text
	if f := c.request.Form; f != nil {
		tokens, err := grammar.Tokens(f.Verb)
		if err != nil || len(tokens) == 0 {
			return bot.Reply{}, fault.New(fault.Usage, "The form names no command.", "Open it again.")
		}
		cmd, _, err := pick(c.root, tokens)
		if err != nil {
			return bot.Reply{}, err
		}
		line = typedOut(cmd, f)
	}
	if len(line) > maxRequest {
		return bot.Reply{}, fault.Newf(fault.TooBig, "Shorten it; put long material into a ticket and note its link.",
			"The command has %d bytes; %d are taken in.", len(line), maxRequest)
	}
	line, c.redacted = redact.Secrets(plaintext.Clean(line))
	return c.run(ctx, line)
}

func (c *Call) run(ctx context.Context, line string) (bot.Reply, error) {
	c.line = line
	tokens, err := grammar.Tokens(line)
	if err != nil {
		return bot.Reply{}, err
	}
	var unread error // of the room's incident; help is there all the same
	c.incident, unread = c.room(ctx)
	if len(tokens) == 0 && c.root == ContinuityRoot {
		c.command = continuityHelp()
		return c.command.Run(ctx, c)
	}
	if len(tokens) == 0 {
		if unread != nil {
			return bot.Reply{}, unread
		}
		return c.bare(ctx)
	}
	cmd, used, err := pick(c.root, tokens)
	if err != nil {
		return bot.Reply{}, err
	}
	c.command, c.said = cmd, strings.ToLower(tokens[0].Text)
	if c.args, err = cmd.read(tokens[used:]); err != nil {
		return bot.Reply{}, err
	}
	switch {
	case c.args.Incident != "":
		c.incident, unread = c.args.Incident, nil
	case c.args.Room != "":
		if c.incident, unread = c.roomNamed(ctx, "#"+c.args.Room); unread == nil && c.incident == "" {
			return bot.Reply{}, fault.Newf(fault.UnknownID, "Name the incident by its number, such as #INC-1; `/incident list` shows them.", "#%s is not the room of an incident.", c.args.Room)
		}
	}
	if unread != nil && !cmd.Anywhere {
		return bot.Reply{}, unread
	}
	if c.incident == "" && !cmd.Anywhere {
		return c.whichIncident(ctx)
	}
	if err := c.admit(ctx); err != nil {
		return bot.Reply{}, err
	}
	return cmd.Run(ctx, c)
}

// admit keeps whom a private incident does not concern out of it. What needs
// no incident shows nothing of one.
func (c *Call) admit(ctx context.Context) error {
	if c.incident == "" || c.command.Anywhere {
		return nil
	}
	return c.admitted(ctx)
}

// admitted looks at the call's incident and refuses whom it does not concern.
// Nobody is refused for what this process may have missed.
func (c *Call) admitted(ctx context.Context) error {
	s, err := c.recent(ctx, c.incident)
	if err != nil {
		return err
	}
	c.inside = true
	if c.maySee(s) {
		return nil
	}
	_, err = c.state(ctx)
	return err
}

// private refuses whom a private incident does not concern.
func (c *Call) private(ctx context.Context, s incident.State) error {
	if err := c.denied(ctx, "see"); err != nil {
		return err
	}
	return fault.Newf(fault.Role, "Ask its commander for an invitation.", "%s is private.", s.ID)
}

// denied records that a rule was against the command, unless it only asks what
// it would do.
func (c *Call) denied(ctx context.Context, rule string) error {
	if c.args.Flags[dryRun] {
		return nil
	}
	return c.bot.Engine.Deny(ctx, c.engineCommand(nil), heading(c.command), rule)
}

// identify maps the platform's id to a person of the plan. Whom the plan does
// not know may read at most, as a guest.
func (c *Call) identify() {
	p, known := c.plan.Person(c.request.Person)
	c.known = known
	c.actor = incident.Person{ID: c.request.Person, Groups: bot.GroupsOf(p, c.bot.Standing), Guest: p.Guest || !known}
}

// engineCommand completes an action with who asks, where and how.
func (c *Call) engineCommand(a incident.Action) engine.Command {
	return engine.Command{
		ID: c.request.Delivery, Journal: c.incident, Action: a, Actor: c.actor,
		Source: c.request.Origin, Room: c.request.Room, Print: c.print(), Platform: c.request.Platform,
		Plan: c.plan.Commit, Once: c.command.Once, Again: c.args.Again, Message: c.request.Message,
	}
}

// print is the fingerprint of the words, the same however they were typed.
func (c *Call) print() string {
	words := []string{c.request.Root, c.command.Verb, c.incident}
	for _, p := range c.command.Params {
		v := c.Arg(p.Name)
		if p.In == person {
			v = strings.ToLower(v)
		}
		words = append(words, p.Name, v)
	}
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// do runs an action on the call's incident and renders what was recorded.
func (c *Call) do(ctx context.Context, a incident.Action) (bot.Reply, error) {
	return c.doAndSay(ctx, a, "recorded")
}

// doAndSay is do with an answer of the command's own.
func (c *Call) doAndSay(ctx context.Context, a incident.Action, answer string) (bot.Reply, error) {
	if c.args.Flags[dryRun] {
		result, err := c.bot.Engine.Preview(ctx, c.engineCommand(a))
		if err != nil {
			return bot.Reply{}, err
		}
		return c.previewed(result)
	}
	result, err := c.bot.Engine.Do(ctx, c.engineCommand(a))
	if err != nil {
		return bot.Reply{}, err
	}
	return c.recorded(result, answer)
}

// state returns the call's incident for what is shown of it, as the store has
// it when the call first asks. It may have become private since the call was
// admitted. What is decided is decided on the latest state all the same.
func (c *Call) state(ctx context.Context) (incident.State, error) {
	if c.fresh && c.seen.ID == c.incident {
		return c.seen, nil
	}
	s, err := c.bot.Engine.State(ctx, c.incident)
	switch {
	case err != nil:
		return s, err
	case c.inside && !c.maySee(s):
		return incident.State{}, c.private(ctx, s)
	}
	c.seen, c.fresh = s, true
	return s, nil
}

// recent returns an incident as this process knows it, which is enough to tell
// whose room it is, who may be there and what time it has.
func (c *Call) recent(ctx context.Context, id string) (incident.State, error) {
	if c.seen.ID == id && id != "" {
		return c.seen, nil
	}
	s, err := c.bot.Engine.Recent(ctx, id)
	if err == nil {
		c.seen, c.fresh = s, false
	}
	return s, err
}
