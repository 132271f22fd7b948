package redis

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/storage"
)

//go:embed append.lua
var appendSource string

var appendScript = goredis.NewScript(appendSource)

// format is the version of what is kept in Redis.
const format = "1"

// commandLife is how long Redis keeps a command id: a little longer than it
// counts, since what counts is judged by the store's clock.
const commandLife = storage.CommandLife + time.Hour

// Append implements storage.Store. A batch whose journals this process has not
// seen before is sent twice: the first answer tells the hash to chain to.
func (s *Store) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	if err := storage.CheckForm(command, writes); err != nil {
		return nil, err
	}
	doing := "append to " + writes[0].Journal
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer done()
	for {
		b := s.prepare(command, writes)
		reply, err := appendScript.Run(ctx, s.client, b.keys, b.args...).Slice()
		if err != nil {
			return nil, s.appendError(doing, err)
		}
		again, err := s.settle(doing, b, command, writes, reply)
		if err != nil {
			return nil, err
		}
		if !again {
			return b.spans, nil
		}
	}
}

// batch is what is sent, and what to note once it has landed.
type batch struct {
	keys  []string
	args  []any
	spans []storage.Span
	seen  []storage.Head // what was known of each journal before it was sent
	heads []storage.Head // where each stands afterwards
}

// prepare numbers and chains a batch on the heads that are known. If one is
// not known the chain is wrong, and so is the expected head: it cannot land.
func (s *Store) prepare(command string, writes []storage.Write) batch {
	now := s.clock.Now()
	b := batch{keys: []string{s.keys.store, s.keys.heads, s.keys.feed, s.keys.store}}
	if command != "" {
		b.keys[3] = s.keys.command(command)
	}
	b.args = append(b.args, format, instant(now.Add(-storage.CommandLife)), "", commandLife.Milliseconds())
	for _, w := range writes {
		seen := s.heads.at(w.Journal)
		head, expected := storage.Head{Seq: w.At}, fmt.Sprintf("%d ?", w.At)
		if seen.Seq == w.At {
			head, expected = seen, formatHead(seen)
		}
		var entries []any
		for _, d := range w.Drafts {
			head.Seq++
			head.Hash = storage.Chain(head.Hash, w.Journal, head.Seq, d.Kind, d.Body)
			entries = append(entries, fmt.Sprintf("%d-0", head.Seq), d.Kind, d.Body, head.Hash.String())
		}
		b.keys = append(b.keys, s.keys.journal(w.Journal))
		b.args = append(b.args, w.Journal, expected, formatHead(head), len(w.Drafts))
		b.args = append(b.args, entries...)
		b.seen, b.heads = append(b.seen, seen), append(b.heads, head)
		b.spans = append(b.spans, storage.Span{Journal: w.Journal, First: w.At + 1, Last: head.Seq})
	}
	if command != "" {
		b.args[2] = formatLanding(now, b.spans)
	}
	return b
}

// settle reads the script's answer. It says again when nothing was written and
// the heads that were missing are known now.
func (s *Store) settle(doing string, b batch, command string, writes []storage.Write, reply []any) (again bool, err error) {
	words, err := asWords(reply)
	if err != nil {
		return false, &storage.UnavailableError{Doing: doing, Doubtful: true, Err: err}
	}
	switch {
	case words[0] == "landed":
		for i, w := range writes {
			s.heads.saw(w.Journal, b.heads[i])
		}
		return false, nil
	case words[0] == "duplicate" && len(words) == 2:
		spans, err := parseLanding(words[1])
		if err != nil {
			return false, &storage.UnavailableError{Doing: doing, Remedy: remedyDamaged, Err: err}
		}
		return false, &storage.DuplicateError{Command: command, Spans: spans}
	case words[0] == "moved" && len(words) == 1+len(writes):
		return true, s.moved(doing, b, writes, words[1:])
	case words[0] == "damaged" && len(words) == 4:
		return false, &storage.UnavailableError{Doing: doing, Remedy: remedyDamaged,
			Err: fmt.Errorf("%s should stand at %s and its stream holds %s entries", words[1], words[3], words[2])}
	case words[0] == "foreign":
		return false, &storage.UnavailableError{Doing: doing, Remedy: remedyEmptied,
			Err: fmt.Errorf("the workspace is no longer in this Redis")}
	}
	return false, &storage.UnavailableError{Doing: doing, Doubtful: true, Err: fmt.Errorf("unknown answer %q", words[0])}
}

// moved judges a batch whose expected heads do not hold. It returns nil when
// all positions hold and only hashes were missing.
func (s *Store) moved(doing string, b batch, writes []storage.Write, answers []string) error {
	have := make([]storage.Head, len(writes))
	for i, w := range writes {
		var err error
		if have[i], err = parseHead(answers[i]); err != nil {
			return &storage.UnavailableError{Doing: doing, Remedy: remedyDamaged, Err: err}
		}
		if lost(b.seen[i], have[i]) {
			return lostError(doing, w.Journal, b.seen[i], have[i])
		}
		s.heads.saw(w.Journal, have[i])
	}
	for i, w := range writes {
		if have[i].Seq != w.At {
			return &storage.ConflictError{Journal: w.Journal, Want: w.At, Have: have[i].Seq}
		}
	}
	return nil
}

// asWords turns a script's answer into text.
func asWords(reply []any) ([]string, error) {
	if len(reply) == 0 {
		return nil, fmt.Errorf("an empty answer")
	}
	words := make([]string, len(reply))
	for i, r := range reply {
		words[i] = fmt.Sprint(r)
	}
	return words, nil
}

// instant writes t so that instants compare as text.
func instant(t time.Time) string { return fmt.Sprintf("%020d", t.UnixNano()) }

// formatLanding writes what is remembered of a command: when and where it
// landed.
func formatLanding(at time.Time, spans []storage.Span) string {
	data, err := json.Marshal(spans)
	if err != nil { // names and numbers: it cannot fail
		panic(err)
	}
	return instant(at) + " " + string(data)
}

func parseLanding(s string) ([]storage.Span, error) {
	var spans []storage.Span
	if len(s) < 21 {
		return nil, fmt.Errorf("not the record of a command: %q", s)
	}
	if err := json.Unmarshal([]byte(s[21:]), &spans); err != nil {
		return nil, fmt.Errorf("not the record of a command: %w", err)
	}
	return spans, nil
}
