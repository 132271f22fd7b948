package slack

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"holdfast/internal/clock"
	"holdfast/internal/outbound"
)

const (
	// largestEnvelope bounds one message of the socket.
	largestEnvelope = 2 << 20
	// longestPause is between two attempts to connect.
	longestPause = 60 * time.Second
	// settled is how long a connection has lasted that is replaced at once.
	settled = 30 * time.Second
	// ackLimit is how long an acknowledgement may wait to be written.
	ackLimit = 2 * time.Second
)

// Socket receives over Socket Mode, where Slack cannot call in. What it takes
// in is handed to the receiver, which reads and answers it as it does what
// comes over HTTP, except that a slash command is acknowledged first and
// answered through its response_url.
type Socket struct {
	receiver *Receiver
	client   *slackgo.Client
	dialer   *websocket.Dialer
	clock    clock.Clock
	log      *slog.Logger
	wait     func(ctx context.Context, pause time.Duration)

	heard     atomic.Int64 // in nanoseconds of Unix time; 0 is never
	upSince   atomic.Int64 // the same, of the last connection
	connected atomic.Bool
}

// NewSocket returns a socket for a client that has the token of the app. The
// way is how the address is reached that Slack names: whoever answers in
// Slack's place might name any.
func NewSocket(r *Receiver, client *slackgo.Client, way outbound.Way) *Socket {
	dialer := &websocket.Dialer{NetDialContext: way.Dial, Proxy: way.Socks, TLSClientConfig: way.TLS, HandshakeTimeout: way.Handshake}
	return &Socket{receiver: r, client: client, dialer: dialer, clock: r.o.Clock, log: r.o.Log, wait: sleep}
}

// LastHeard is when Slack has last said anything, a ping included; zero is
// never. Slack pings every few seconds.
func (s *Socket) LastHeard() time.Time {
	if n := s.heard.Load(); n != 0 {
		return time.Unix(0, n).UTC()
	}
	return time.Time{}
}

// Connected says whether Slack can reach this process.
func (s *Socket) Connected() bool { return s.connected.Load() }

// Run stays connected until ctx ends, and returns when nothing is read any
// more. What has been taken in is finished by the receiver; see its Stop.
func (s *Socket) Run(ctx context.Context) {
	pause := time.Duration(0)
	for ctx.Err() == nil {
		began := s.clock.Now()
		wasUp, err := s.connection(ctx)
		s.connected.Store(false)
		if ctx.Err() != nil {
			return
		}
		if wasUp && s.clock.Now().Sub(began) >= settled {
			pause = 0
		}
		s.log.Info("connect to Slack again", "in", pause, "err", err)
		s.wait(ctx, pause/2+rand.N(pause/2+1))
		pause = min(max(2*pause, time.Second), longestPause)
	}
}

func sleep(ctx context.Context, pause time.Duration) {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// errEnded says that a connection was given up, to be replaced.
var errEnded = errors.New("the connection has ended")

// connection is connected from its first attempt until it fails. The library
// would try again by itself, and wait for up to five minutes before; here that
// is the caller's.
func (s *Socket) connection(ctx context.Context) (wasUp bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c := socketmode.New(s.client, socketmode.OptionReadLimit(largestEnvelope), socketmode.OptionDialer(s.dialer),
		socketmode.OptionDebug(true), socketmode.OptionLog(pings{s}))
	over := make(chan error, 1)
	go func() { over <- c.RunContext(ctx) }()
	for {
		select {
		case e := <-c.Events:
			wasUp = s.event(ctx, c, e, cancel) || wasUp
		case err = <-over:
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			}
			return wasUp, err
		}
	}
}

// event sees to one event of the library and says whether Slack is connected
// by it.
func (s *Socket) event(ctx context.Context, c *socketmode.Client, e socketmode.Event, end context.CancelCauseFunc) (up bool) {
	switch e.Type {
	case socketmode.EventTypeConnecting:
		s.connected.Store(false)
		// What has lasted is replaced by the library at once. What has not would
		// be, too, without a pause.
		a, ok := e.Data.(*slackgo.ConnectingEvent)
		short := s.clock.Now().Sub(time.Unix(0, s.upSince.Load())) < settled
		if ok && (a.ConnectionCount > 0 && short || a.Attempt > 1) {
			end(errEnded)
		}
	case socketmode.EventTypeConnectionError, socketmode.EventTypeInvalidAuth:
		s.connected.Store(false)
		why := string(e.Type)
		if failed, ok := e.Data.(*slackgo.ConnectionErrorEvent); ok {
			why = outbound.Failed(nil, failed.ErrorObj, s.clock.Now()).Error()
		}
		s.log.Warn("could not connect to Slack", "why", why)
		end(errEnded)
	case socketmode.EventTypeIncomingError:
		s.connected.Store(false)
	case socketmode.EventTypeHello:
		s.hear()
		s.upSince.Store(s.clock.Now().UnixNano())
		s.connected.Store(true)
		return true
	case socketmode.EventTypeErrorBadMessage:
		s.hear()
		if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok {
			s.unread(ctx, c, bad.Message)
		}
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand:
		s.hear()
		if e.Request != nil {
			s.take(ctx, c, e.Request.Type, e.Request.EnvelopeID, e.Request.Payload)
		}
	}
	return false
}

// unread takes an envelope that the library cannot read, such as one with a
// kind of event that it does not know. Left without an acknowledgement it
// would come again and again.
func (s *Socket) unread(ctx context.Context, c *socketmode.Client, message []byte) {
	var e struct {
		Type       string          `json:"type"`
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(message, &e); err != nil || e.EnvelopeID == "" {
		s.log.Debug("Slack says something that is no envelope")
		return
	}
	s.take(ctx, c, e.Type, e.EnvelopeID, e.Payload)
}

// take acknowledges an envelope and has its payload answered. When too much is
// being answered it is left for Slack to send again.
func (s *Socket) take(ctx context.Context, c *socketmode.Client, kind, envelopeID string, payload []byte) {
	r := s.receiver
	d, err := r.readEnvelope(kind, payload)
	if err != nil {
		r.o.Refused(map[bool]string{true: "workspace", false: "payload"}[errors.Is(err, errElsewhere)])
		s.log.Warn("refused a delivery over the socket", "kind", kind, "err", err)
	}
	if err != nil || !d.asks() {
		s.ack(ctx, c, envelopeID, d.instead)
		return
	}
	done, ok := r.begin()
	if !ok {
		r.events.forget(d.event)
		r.o.Refused("crowd")
		return
	}
	if !d.back.instant {
		s.ack(ctx, c, envelopeID, nil)
		r.later(ctx, done, d, func(ctx context.Context) { r.work(ctx, d) })
		return
	}
	r.later(ctx, done, d, func(work context.Context) {
		body, then := r.instantly(work, d)
		if !s.ack(ctx, c, envelopeID, body) && body != nil {
			// It is too large for the socket: the form closes and is opened anew.
			s.ack(ctx, c, envelopeID, nil)
			if shown, ok := body.(*slackgo.ViewSubmissionResponse); ok && shown.View != nil {
				if err := r.o.Responder.Open(work, d.back.trigger, *shown.View); err != nil {
					s.log.Warn("open a form again", "delivery", d.request.Delivery, "err", err)
				}
			}
		}
		if then != nil {
			then(work)
		}
	})
}

// readEnvelope reads the payload of an envelope. Nobody but Slack can have sent
// it: the connection was opened by this process.
func (r *Receiver) readEnvelope(kind string, payload []byte) (d delivery, err error) {
	defer func() {
		if p := recover(); p != nil {
			r.o.Log.Error("an envelope of Slack panicked", "kind", kind, "panic", p)
			d, err = delivery{}, errUnreadable
		}
	}()
	switch kind {
	case socketmode.RequestTypeSlashCommands:
		var c slackgo.SlashCommand
		if err := decode(payload, &c); err != nil {
			return delivery{}, err
		}
		d, err = r.reader.slash(c)
		d.back.instant = false // the socket has no body to answer in
		return d, err
	case socketmode.RequestTypeInteractive:
		return r.reader.interaction(payload)
	case socketmode.RequestTypeEventsAPI:
		e, err := r.reader.envelope(payload)
		if err != nil {
			return delivery{}, err
		}
		return r.happened(e)
	}
	return delivery{}, nil
}

// ack acknowledges an envelope, with what a form shows or with nothing. It says
// whether the acknowledgement is on its way.
func (s *Socket) ack(ctx context.Context, c *socketmode.Client, envelopeID string, body any) bool {
	ctx, cancel := context.WithTimeout(ctx, ackLimit)
	defer cancel()
	if err := c.AckCtx(ctx, envelopeID, body); err != nil {
		s.log.Warn("acknowledge an envelope of Slack", "err", err)
		return false
	}
	return true
}

func (s *Socket) hear() { s.heard.Store(s.clock.Now().UnixNano()) }

// pings hears the pings of Slack, which the library tells to its log alone.
// Nothing is written anywhere: the log also has what people have said.
type pings struct{ s *Socket }

// Output implements the library's logger.
func (p pings) Output(_ int, line string) error {
	if strings.HasPrefix(line, "WebSocket ping") {
		p.s.hear()
	}
	return nil
}
