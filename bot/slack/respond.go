package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/internal/clock"
)

// answer is a private message, drawn.
type answer struct {
	blocks []slackgo.Block
	text   string // what notifications show
}

// responder brings answers to one person.
type responder interface {
	// Respond answers through the address that came with a request. replace puts
	// the answer in the place of the message whose button was pressed.
	Respond(ctx context.Context, to *responseURL, a answer, replace bool) error
	// Tell shows a person something where they are, to nobody else.
	Tell(ctx context.Context, user string, at place, a answer) error
	// Open shows a form; a trigger opens one, within three seconds.
	Open(ctx context.Context, trigger string, v slackgo.ModalViewRequest) error
	// Update puts another form in the place of one that is open.
	Update(ctx context.Context, view string, v slackgo.ModalViewRequest) error
	// Tick marks a message as done with.
	Tick(ctx context.Context, channel, ts string) error
}

// The limits that Slack puts on a response_url.
const (
	urlUses = 5
	urlLife = 30 * time.Minute
)

// responseURL is an address to answer one request. Who has it can speak in the
// channel, so it stays in memory, for as long as the request is answered, and
// is not printed.
type responseURL struct {
	url       string
	component bool // it came with a button, whose message it can replace

	mu    sync.Mutex
	since time.Time // zero until the first use
	uses  int
}

func newResponseURL(url string, component bool) *responseURL {
	if url == "" {
		return nil
	}
	return &responseURL{url: url, component: component}
}

func (*responseURL) String() string         { return "(response_url)" }
func (*responseURL) GoString() string       { return "(response_url)" }
func (u *responseURL) LogValue() slog.Value { return slog.StringValue(u.String()) }

// take counts one use; false when there is none left.
func (u *responseURL) take(now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.since.IsZero() {
		u.since = now
	}
	if u.uses >= urlUses || now.Sub(u.since) >= urlLife {
		return false
	}
	u.uses++
	return true
}

// hooksHost is where Slack's response_urls are.
const hooksHost = "https://hooks.slack.com"

// Replies answers people through Slack. It makes each call once.
type Replies struct {
	client *slackgo.Client
	http   *http.Client
	base   *url.URL // where response_urls may lead
	clock  clock.Clock
}

// NewReplies returns replies by a client of the Web API. The HTTP client calls
// response_urls, which must be at base, such as "https://hooks.slack.com"; that
// is what an empty base means.
func NewReplies(client *slackgo.Client, h *http.Client, base string, c clock.Clock) (*Replies, error) {
	if base == "" {
		base = hooksHost
	}
	at, err := url.Parse(base)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" {
		return nil, fmt.Errorf("response_urls cannot be at %q: write such as %s", base, hooksHost)
	}
	own := *h
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Replies{client: client, http: &own, base: at, clock: c}, nil
}

var errSpent = errors.New("the response_url has been used five times or for half an hour")

// Respond implements responder.
func (r *Replies) Respond(ctx context.Context, to *responseURL, a answer, replace bool) error {
	at, err := url.Parse(to.url)
	if err != nil || at.Scheme != r.base.Scheme || !strings.EqualFold(at.Host, r.base.Host) || at.User != nil {
		return fmt.Errorf("the response_url does not lead to %s", r.base.Host)
	}
	if !to.take(r.clock.Now()) {
		return errSpent
	}
	body, err := json.Marshal(privately(a, replace && to.component))
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.url, bytes.NewReader(body))
	if err != nil {
		return errors.New("the response_url cannot be called")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := r.http.Do(req)
	if err != nil {
		var with *url.Error // holds the address
		if errors.As(err, &with) {
			err = with.Err
		}
		return fmt.Errorf("answer through the response_url: %w", err)
	}
	_ = resp.Body.Close() // what it says is not looked at
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answer through the response_url: status %d", resp.StatusCode)
	}
	return nil
}

// privately is an answer as it is sent to a response_url, or in the body that
// a slash command is answered with.
func privately(a answer, replace bool) slackgo.WebhookMessage {
	m := slackgo.WebhookMessage{ResponseType: slackgo.ResponseTypeEphemeral, Text: a.text, ReplaceOriginal: replace}
	if len(a.blocks) > 0 {
		m.Blocks = &slackgo.Blocks{BlockSet: a.blocks}
	}
	return m
}

// Tell implements responder. Where the bot cannot speak it writes to the person
// directly.
func (r *Replies) Tell(ctx context.Context, user string, at place, a answer) error {
	options := []slackgo.MsgOption{slackgo.MsgOptionText(a.text, false), slackgo.MsgOptionBlocks(a.blocks...),
		slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl()}
	inThread := options
	if at.Thread != "" {
		inThread = append(inThread[:len(inThread):len(inThread)], slackgo.MsgOptionTS(at.Thread))
	}
	var err error
	switch {
	case at.Channel != "" && at.Room != "":
		_, err = r.client.PostEphemeralContext(ctx, at.Channel, user, inThread...)
	case at.Channel != "":
		_, _, err = r.client.PostMessageContext(ctx, at.Channel, inThread...)
	default:
		_, _, err = r.client.PostMessageContext(ctx, user, options...)
		return err
	}
	var said slackgo.SlackErrorResponse
	if errors.As(err, &said) {
		switch said.Err {
		case "channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived":
			_, _, err = r.client.PostMessageContext(ctx, user, options...)
		}
	}
	return err
}

// Open implements responder.
func (r *Replies) Open(ctx context.Context, trigger string, v slackgo.ModalViewRequest) error {
	_, err := r.client.OpenViewContext(ctx, trigger, v)
	return err
}

// Update implements responder.
func (r *Replies) Update(ctx context.Context, view string, v slackgo.ModalViewRequest) error {
	_, err := r.client.UpdateViewContext(ctx, v, "", "", view)
	return err
}

// Tick implements responder. A mark that is there already is as good.
func (r *Replies) Tick(ctx context.Context, channel, ts string) error {
	err := r.client.AddReactionContext(ctx, "white_check_mark", slackgo.NewRefToMessage(channel, ts))
	if err == nil || word(err) == "already_reacted" {
		return nil
	}
	return failure("mark a message in", channel, err)
}

// Message implements messages. A reply in a thread is not in the history of its
// channel; it is found by its own timestamp among the replies.
func (r *Replies) Message(ctx context.Context, channel, ts string) (text, author, thread string, err error) {
	got, _, _, err := r.client.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{
		ChannelID: channel, Timestamp: ts, Latest: ts, Oldest: ts, Inclusive: true, Limit: 10})
	if err != nil {
		return "", "", "", failure("look at a message in", channel, err)
	}
	for _, m := range got {
		if m.Timestamp == ts {
			return m.Text, m.User, m.ThreadTimestamp, nil
		}
	}
	return "", "", "", fmt.Errorf("there is no message %s", ts)
}
