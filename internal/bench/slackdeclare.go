package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"holdfast/incident"
)

// slackDeclares measures how long it takes from `/incident declare` until
// everything in Slack is as it should be: room, people, pinned headline, topic,
// bookmark and the offers of command and communications. Ten declarations come within a minute. One
// control is the longest chain of calls of which each needs the one before, with
// the times that were drawn for these very calls; the other is all of them one
// after the other.
func slackDeclares(ctx context.Context, b *bench) ([]row, error) {
	s, err := openSlackSite(ctx, filepath.Join(b.dir, "slack"), 16)
	if err != nil {
		return nil, err
	}
	var figures, chains, serial []float64
	for n := range b.declares {
		if n > 0 {
			<-time.After(b.declaresApart)
		}
		d, err := s.declare(ctx, n+1)
		if err != nil {
			return nil, errors.Join(err, s.close(ctx))
		}
		figures, chains, serial = append(figures, d.took.Seconds()), append(chains, d.chain().Seconds()), append(serial, d.inSeries().Seconds())
	}
	broken := errors.Join(s.throttled(), s.crowded())
	what := fmt.Sprintf("declare in Slack, calls of %d-%d ms", quickestCall.Milliseconds(), slowestCall.Milliseconds())
	rows := []row{
		{what: what, figure: figure{median(figures), seconds}, against: "the longest chain of these calls", control: figure{median(chains), seconds},
			target: ratioAtMost(1.25), broken: broken},
		{what: what, figure: figure{median(figures), seconds}, against: "the same calls in series", control: figure{median(serial), seconds}, target: ratioAtMost(0.5)},
	}
	return rows, s.close(ctx)
}

func ratioAtMost(n float64) bound {
	return bound{fmt.Sprintf("ratio <= %g", n), func(r row) bool { return r.ratio() <= n }}
}

// declared is what one declaration has taken.
type declared struct {
	took  time.Duration
	calls map[string]time.Duration // by what they do
}

// declare has Alice declare an incident, offer Bob command and Carol comms.
func (s *slackSite) declare(ctx context.Context, n int) (declared, error) {
	s.take()
	start := time.Now()
	answer, err := s.slash(ctx, "ops", fmt.Sprintf(`declare "trouble %d" sev:1 --commander @bob --comms @carol again`, n))
	if err != nil {
		return declared{}, err
	}
	id := fmt.Sprintf("INC-%d", n)
	if !strings.Contains(answer, id) {
		return declared{}, fmt.Errorf("declared %s, and the answer is %s", id, answer)
	}
	d := declared{calls: map[string]time.Duration{}}
	if err := s.state(ctx, id, func(incident.State) bool { return d.take(s.take(), start) }); err != nil {
		return d, fmt.Errorf("%w: of its calls there were %v", err, d.calls)
	}
	return d, s.state(ctx, id, func(i incident.State) bool { return i.Pending == 0 })
}

// What is done in Slack for one declaration.
const (
	callCreate   = "create the room"
	callInvite   = "invite"
	callHeadline = "post the headline"
	callPin      = "pin it"
	callTopic    = "set the topic"
	callLook     = "look for the bookmark"
	callBookmark = "add it"
	callCommand  = "offer command"
	callComms    = "offer comms"
)

var declareCalls = []string{callCreate, callInvite, callHeadline, callPin, callTopic, callLook, callBookmark, callCommand, callComms}

// take sorts calls in and says whether all have been made and are over.
func (d *declared) take(calls []slackCall, start time.Time) (complete bool) {
	for _, c := range calls {
		what := map[string]string{"conversations.create": callCreate, "conversations.invite": callInvite, "pins.add": callPin, "conversations.setTopic": callTopic,
			"bookmarks.list": callLook, "bookmarks.add": callBookmark}[c.method]
		switch meta := c.form.Get("metadata"); {
		case c.method == "chat.postMessage" && strings.Contains(meta, "/post:headline"):
			what = callHeadline
		case c.method == "chat.postMessage" && strings.Contains(meta, ":bob@slack"):
			what = callCommand
		case c.method == "chat.postMessage" && strings.Contains(meta, ":carol@slack"):
			what = callComms
		}
		if _, again := d.calls[what]; what == "" || again {
			continue // an edit, as the headline follows what happens; a conversation that is opened once
		}
		d.calls[what] = c.took
		d.took = max(d.took, c.began.Add(c.took).Sub(start))
	}
	for _, what := range declareCalls {
		if _, made := d.calls[what]; !made {
			return false
		}
	}
	return time.Since(start) > d.took
}

// chain is the longest chain of calls that need each other.
func (d *declared) chain() time.Duration {
	c := d.calls
	return c[callCreate] + max(c[callInvite]+c[callHeadline]+c[callPin], c[callTopic], c[callLook]+c[callBookmark])
}

func (d *declared) inSeries() (sum time.Duration) {
	for _, took := range d.calls {
		sum += took
	}
	return sum
}

// throttled says that Slack was asked too often.
func (s *slackSite) throttled() error {
	n := 0
	for _, c := range s.slack.Calls() {
		if c.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return exactly("calls that Slack has throttled", n, 0)
}

// crowded says that a room has heard two messages within a second. What is on
// the way may be quicker than what went before it.
func (s *slackSite) crowded() error {
	const onTheWay = slowestCall - quickestCall + 20*time.Millisecond
	last, n := map[string]time.Time{}, 0
	for _, c := range s.slack.Calls() {
		if c.Method != "chat.postMessage" {
			continue
		}
		room := c.Form.Get("channel")
		if before, ok := last[room]; ok && c.At.Sub(before) < time.Second-onTheWay {
			n++
		}
		last[room] = c.At
	}
	return exactly("messages within a second of another in one room", n, 0)
}
