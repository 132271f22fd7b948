package slack

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/internal/fault"
)

// word returns the word with which Slack has refused, or "".
func word(err error) string {
	var refused slackgo.SlackErrorResponse
	if errors.As(err, &refused) {
		return refused.Err
	}
	return ""
}

// remedies say what to do about Slack's words. What is lasting is not tried
// again.
var remedies = map[string]struct {
	says, next string
	lasting    bool
}{
	"invalid_auth":        {"Slack does not know the bot's token.", "Set slack.token to the Bot User OAuth Token of the app.", false},
	"not_authed":          {"Slack was given no token.", "Set slack.token to the Bot User OAuth Token of the app.", false},
	"token_revoked":       {"The bot's token was revoked.", "Install the app again, and set slack.token.", false},
	"token_expired":       {"The bot's token has expired.", "Install the app again, and set slack.token.", false},
	"account_inactive":    {"The bot was removed from the workspace.", "Install the app again, and set slack.token.", false},
	"org_login_required":  {"The workspace is being moved.", "Wait until Slack has moved it.", false},
	"is_archived":         {"The room is archived.", "Unarchive it, or say it by hand.", false},
	"channel_not_found":   {"Slack has no such room, or the bot may not see it.", "Invite the bot into it, or say it by hand.", true},
	"not_in_channel":      {"The bot is not in the room.", "Invite it: /invite @holdfast.", false},
	"restricted_action":   {"The workspace forbids the bot to do that.", "Ask an administrator of Slack to allow it for the app.", false},
	"message_not_found":   {"The message was deleted.", "Nothing has to be done; the journal has what it said.", true},
	"cant_update_message": {"The message is not the bot's.", "Nothing has to be done; the journal has what it says.", true},
	"user_not_found":      {"Slack does not know the person.", "Correct their member id in the plan's people.yaml.", true},
	"user_disabled":       {"The person's account is closed.", "Correct the plan's people.yaml.", true},
	"no_such_subteam":     {"Slack has no such user group.", "Correct groups.*.slack in the plan's policy.yaml; the id is in the group's menu, Copy group ID.", true},
	"msg_too_long":        {"The message is too long for Slack.", "Shorten the template; the journal has the whole text.", true},
	"invalid_blocks":      {"Slack cannot draw the message.", "The journal has the whole text; please report the template.", true},
}

// failure says what has become of a call: a fault with a remedy where one is
// known, an error with RetryAfter where Slack asks for patience.
func (w *Workspace) failure(doing, what string, err error) error { return failure(doing, what, err) }

func failure(doing, what string, err error) error {
	doing = strings.TrimSpace(doing + " " + what)
	var limited *slackgo.RateLimitedError
	if errors.As(err, &limited) {
		return &throttled{doing: doing, after: limited.RetryAfter}
	}
	var refused slackgo.SlackErrorResponse
	if !errors.As(err, &refused) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if refused.Err == "missing_scope" {
		return fault.Wrap(err, fault.Role, fmt.Sprintf("The bot may not %s: it lacks the scope %s.", doing, refused.Needed),
			"Add `"+refused.Needed+"` under oauth_config.scopes.bot of the app's manifest and install the app again; deploy/slack/manifest.yaml has all that is needed.")
	}
	if refused.Err == "is_archived" {
		err = fmt.Errorf("%w: %w", bot.ErrArchived, err)
	}
	known, ok := remedies[refused.Err]
	if !ok {
		return fmt.Errorf("%s: Slack answers %q", doing, refused.Err)
	}
	f := fault.Wrap(err, fault.UnknownID, "Could not "+doing+". "+known.says, known.next)
	f.Permanent = known.lasting
	return f
}

// failureIn is the failure of a call in a channel. One that is no more is not
// believed to have its name any longer: people may make another of that name.
func (w *Workspace) failureIn(channel, doing, what string, err error) error {
	if word(err) == "channel_not_found" {
		w.rooms.forget(channel)
	}
	return w.failure(doing, what, err)
}

func lasting(f *fault.Error) error {
	f.Permanent = true
	return f
}

func noRoom(room string) error {
	return lasting(fault.Newf(fault.UnknownID, "Invite the bot into it, or say it by hand.", "Slack has no room %s that the bot may see.", room))
}

// noAccount ends what is for people whom the plan does not know in Slack.
func noAccount(people ...string) error {
	for i, p := range people {
		people[i] = "@" + strings.TrimPrefix(p, "@")
	}
	return lasting(fault.Newf(fault.UnknownID, "Tell them by hand; add `slack:` with their member id to the plan's people.yaml.",
		"The plan has no Slack account for %s.", strings.Join(people, ", ")))
}

// throttled is a call that Slack wants later.
type throttled struct {
	doing string
	after time.Duration
}

func (e *throttled) Error() string {
	return fmt.Sprintf("%s: Slack asks to wait %s", e.doing, e.after.Round(time.Millisecond))
}

// RetryAfter is how long to wait at least.
func (e *throttled) RetryAfter() time.Duration { return e.after }

// Untouched says that Slack has done nothing.
func (e *throttled) Untouched() bool { return true }

// pace lets one post a second into each channel, which is what Slack takes.
type pace struct {
	off bool

	mu   sync.Mutex
	next map[string]time.Time
}

// Apart is the time between two posts into one channel.
const Apart = time.Second

// take returns how long to wait before a post; zero takes the turn.
func (p *pace) take(channel string, now time.Time) time.Duration {
	if p.off {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if wait := p.next[channel].Sub(now); wait > 0 {
		return wait
	}
	if p.next == nil || len(p.next) > 10_000 {
		p.next = map[string]time.Time{} // what is forgotten is a second old
	}
	p.next[channel] = now.Add(Apart)
	return 0
}
