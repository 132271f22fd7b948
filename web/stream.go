package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/bot"
	"holdfast/engine"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/templates"
)

// stream follows the journals for one person. It holds each incident's state as
// far as it has told of it, so that every message is drawn from the state it
// belongs to.
type stream struct {
	server *Server
	person string
	out    *sender
	at     map[string]*followed
}

type followed struct {
	state    incident.State
	headline string // as it was told last
	topic    string
	edited   time.Time // when the headline was told last
	stale    bool      // the headline may have changed since
}

// editEvery is how often one headline is told at most.
const editEvery = 5 * time.Second

// open begins where the journals stand, or after the cursor that an earlier
// stream has given.
func (s *Server) open(ctx context.Context, person, cursor string, out *sender) (*stream, error) {
	st := &stream{server: s, person: person, out: out, at: map[string]*followed{}}
	seen, err := parseCursor(cursor)
	if err != nil {
		return nil, err
	}
	lines, err := s.o.Journals.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		last, resumed := seen[l.ID]
		if l.Closed && !resumed {
			continue
		}
		if cursor != "" {
			err = st.resume(ctx, l.ID, last)
		} else {
			err = st.begin(ctx, l.ID)
		}
		if err != nil {
			return nil, err
		}
	}
	return st, nil
}

// begin takes an incident as it stands.
func (st *stream) begin(ctx context.Context, id string) error {
	state, err := st.server.o.Journals.State(ctx, id)
	if err != nil {
		return err
	}
	f := &followed{state: state}
	st.at[id] = f
	st.told(f)
	return nil
}

// resume takes an incident as it stood after an entry; what came later is told
// when the stream runs.
func (st *stream) resume(ctx context.Context, id string, last uint64) error {
	f := &followed{}
	st.at[id] = f
	for e, err := range st.server.o.Journals.Entries(ctx, id, 0) {
		if err != nil {
			return err
		}
		if e.Seq > last {
			break
		}
		f.state = f.state.Apply(e)
	}
	st.told(f)
	return nil
}

// told notes that whoever follows knows this headline and topic.
func (st *stream) told(f *followed) {
	if m, posted := st.headline(f.state); posted {
		f.headline = templates.Plain(m)
	}
	f.topic = templates.Topic(f.state)
}

// run tells what happens until ctx ends, whoever listens is gone, or a journal
// cannot be read.
func (st *stream) run(ctx context.Context, growths <-chan engine.Growth, heard <-chan Happening) error {
	for _, id := range slices.Sorted(maps.Keys(st.at)) {
		if err := st.grown(ctx, id); err != nil {
			return err
		}
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for st.out.err == nil {
		select {
		case <-ctx.Done():
			return nil
		case <-st.server.over:
			return nil
		case g, open := <-growths:
			if !open {
				return errors.New("the journals are no longer watched")
			}
			if incidentForm.MatchString(g.Journal) {
				if err := st.grown(ctx, g.Journal); err != nil {
					return err
				}
			}
		case h := <-heard:
			st.happens(h)
		case <-tick.C:
			st.tick()
		}
	}
	return st.out.err
}

// tick tells what had to wait, and keeps a quiet connection open.
func (st *stream) tick() {
	for _, id := range slices.Sorted(maps.Keys(st.at)) {
		st.redraw(st.at[id])
	}
	if st.out.quiet += beat; st.out.quiet >= silence {
		st.out.remark("still here")
	}
}

// grown tells every entry that a journal has got. One that went back is begun
// anew.
func (st *stream) grown(ctx context.Context, id string) error {
	f := st.at[id]
	if f == nil {
		f = &followed{}
		st.at[id] = f
	}
	for e, err := range st.server.o.Journals.Entries(ctx, id, f.state.Entries) {
		if err != nil {
			return err
		}
		if e.Seq != f.state.Entries+1 {
			return st.begin(ctx, id)
		}
		f.state = f.state.Apply(e)
		if st.maySee(f.state) {
			st.tell(f, e)
		}
	}
	f.stale = true
	st.redraw(f)
	if !f.state.Open() && f.state.Pending == 0 {
		delete(st.at, id)
	}
	return nil
}

// maySee asks the plan anew each time: people come and go.
func (st *stream) maySee(s incident.State) bool {
	p, known := st.server.o.Plan().Person(st.person)
	return incident.MaySee(s, incident.Person{ID: st.person, Groups: bot.GroupsOf(p, st.server.o.Standing), Guest: p.Guest || !known})
}

// tell tells one entry, and what people see of it.
func (st *stream) tell(f *followed, e journal.Entry) {
	st.out.event("record", st.cursor(), Record{Ref: e.Ref(), Incident: e.Journal, Seq: e.Seq, Kind: e.Fact.Kind(), At: e.At, Recorded: e.Recorded,
		Actor: e.Actor, Because: e.Because, Text: templates.Inert(templates.Sentence(e)), Data: e.Fact})
	done, isEnd := e.Fact.(*journal.Settled)
	if !isEnd {
		return
	}
	t, known := f.state.Outbox.Get(done.Key)
	if !known || !strings.HasSuffix(keyPlatform(t.Key), "@"+Name) {
		return
	}
	st.show(f, t, e.Recorded)
}

// keyPlatform is a key without the number that makes it unique.
func keyPlatform(key string) string {
	key, _, _ = strings.Cut(key, "#")
	return key
}

// show tells what a settled effect put before people's eyes.
func (st *stream) show(f *followed, t journal.Tracked, at time.Time) {
	h := Happening{At: at, To: t.To, Ref: t.Ref}
	switch t.Type {
	case journal.Room:
		h.Kind, h.Text = "room", t.To
	case journal.Invite:
		for _, p := range t.People {
			if isIn(f.state, p, t.EndSeq) {
				continue
			}
			st.happens(Happening{Kind: "invite", At: at, To: "@" + p, Room: t.To, Text: t.To})
		}
		return
	case journal.Post, journal.DM:
		if h.Kind = "post"; t.Type == journal.DM {
			h.Kind = "dm"
		}
		m, err := st.server.o.Draw(f.state, t.Effect)
		if err != nil {
			st.server.o.Log.Error("draw a message", "effect", t.Key, "err", err)
			return
		}
		h.Message, h.Text = m, templates.Plain(m)
		if t.Key == f.state.HeadlineKey() {
			f.headline, f.edited = h.Text, at
		}
	default:
		return
	}
	st.happens(h)
}

// isIn says whether a person had been invited before an entry.
func isIn(s incident.State, person string, before uint64) bool {
	return slices.ContainsFunc(s.Outbox.All(), func(t journal.Tracked) bool {
		return t.Type == journal.Invite && t.Outcome == journal.Done && t.EndSeq < before && slices.Contains(t.People, person)
	})
}

// happens tells what this person sees: a direct message is for one.
func (st *stream) happens(h Happening) {
	if strings.HasPrefix(h.To, "@") && h.Kind != "invite" && h.To != "@"+st.person {
		return
	}
	if h.At.IsZero() {
		h.At = st.server.o.Clock.Now()
	}
	st.out.event("chat", "", h)
}

// redraw tells a headline or topic that has changed, not more often than
// people can read.
func (st *stream) redraw(f *followed) {
	now := st.server.o.Clock.Now()
	if !f.stale || now.Before(f.edited.Add(editEvery)) || !st.maySee(f.state) {
		return
	}
	f.stale = false
	m, posted := st.headline(f.state)
	if text := templates.Plain(m); posted && text != f.headline {
		f.headline, f.edited = text, now
		t, _ := f.state.Outbox.Get(f.state.HeadlineKey())
		st.happens(Happening{Kind: "edit", To: f.state.Room, Ref: t.Ref, Text: text, Message: m})
	}
	if topic := templates.Topic(f.state); posted && topic != f.topic {
		f.topic, f.edited = topic, now
		st.happens(Happening{Kind: "topic", To: f.state.Room, Text: topic})
	}
}

// headline draws the headline; posted is false while there is none.
func (st *stream) headline(s incident.State) (m templates.Message, posted bool) {
	t, known := s.Outbox.Get(s.HeadlineKey())
	if !known || t.Outcome != journal.Done {
		return m, false
	}
	m, err := st.server.o.Draw(s, t.Effect)
	if err != nil {
		st.server.o.Log.Error("draw a headline", "incident", s.ID, "err", err)
	}
	return m, err == nil
}

// cursor names how far every incident has been told: INC-1:17,INC-2:4.
func (st *stream) cursor() string {
	var parts []string
	for _, id := range slices.Sorted(maps.Keys(st.at)) {
		parts = append(parts, id+":"+strconv.FormatUint(st.at[id].state.Entries, 10))
	}
	return strings.Join(parts, ",")
}

var cursorPart = regexp.MustCompile(`^([A-Z0-9a-z-]{3,40}):([0-9]{1,19})$`)

func parseCursor(s string) (map[string]uint64, error) {
	seen := map[string]uint64{}
	if s == "" {
		return seen, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		m := cursorPart.FindStringSubmatch(part)
		if m == nil || len(seen) > 1000 {
			return nil, fault.New(fault.Usage, "The Last-Event-ID is none of a stream.", "Leave it out to begin now.")
		}
		n, err := strconv.ParseUint(m[2], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read a cursor: %w", err)
		}
		seen[m[1]] = n
	}
	return seen, nil
}
