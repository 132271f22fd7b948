package redis

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
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
		said, err := s.run(ctx, appendScript, b.keys, b.args...)
		if err != nil {
			return nil, s.appendError(doing, err)
		}
		again, err := s.settle(ctx, doing, b, command, writes, said)
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
	known []known        // what was known of each journal before it was sent
	heads []storage.Head // where each stands afterwards
}

// prepare numbers and chains a batch on the heads that are known. If one is
// not known the chain is wrong, and so is the expected head: it cannot land.
func (s *Store) prepare(command string, writes []storage.Write) batch {
	now := s.clock.Now()
	b := batch{keys: []string{s.keys.store, s.keys.heads, s.keys.feed, s.keys.archived, s.keys.store}}
	if command != "" {
		b.keys[4] = s.keys.command(command)
	}
	b.args = append(b.args, format, instant(now.Add(-storage.CommandLife)), "", commandLife.Milliseconds(), s.heads.replicated)
	for _, w := range writes {
		k := s.heads.at(w.Journal)
		head, expected := storage.Head{Seq: w.At}, fmt.Sprintf("%d ?", w.At)
		if k.seen.Seq == w.At {
			head, expected = k.seen, formatHead(k.seen)
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
		b.known, b.heads = append(b.known, k), append(b.heads, head)
		b.spans = append(b.spans, storage.Span{Journal: w.Journal, First: w.At + 1, Last: head.Seq})
	}
	if command != "" {
		b.args[2] = formatLanding(now, b.spans, b.heads)
	}
	return b
}

// settle reads the script's answer. It says again when nothing was written and
// the heads that were missing are known now.
func (s *Store) settle(ctx context.Context, doing string, b batch, command string, writes []storage.Write, said answer) (again bool, err error) {
	switch words := said.words; {
	case words[0] == "landed" && said.alone == nil:
		for i, w := range writes {
			s.heads.promised(w.Journal, b.heads[i])
		}
		return false, nil
	case words[0] == "landed":
		// Nobody was told of it, so that it need not be noted here.
		return false, aloneError(doing, said.alone)
	case words[0] == "duplicate" && len(words) > 1:
		return false, s.duplicate(doing, command, said)
	case words[0] == "moved" && len(words) == 1+len(writes):
		return true, s.moved(ctx, doing, b, writes, words[1:])
	case words[0] == "archived" && len(words) == 4:
		for i, w := range writes {
			if w.Journal == words[1] {
				return false, s.archivedAt(doing, w.Journal, b.known[i], words[2], words[3])
			}
		}
	}
	return false, strange(doing, said.words)
}

// duplicate reads the record of a command that has landed before.
func (s *Store) duplicate(doing, command string, said answer) error {
	spans, heads, err := parseLanding(said.words[1])
	if err != nil {
		return s.readError(doing, err)
	}
	if len(said.words) > 2 { // the write that replicas would confirm was refused
		text := strings.TrimPrefix(said.words[2], "-")
		r, _ := refusalIn(text)
		return &storage.UnavailableError{Doing: doing, Doubtful: true, Remedy: r.remedy, Lasting: r.lasting,
			Err: fmt.Errorf("it has landed, and replicas cannot be asked: %s", text)}
	}
	if err := aloneError(doing, said.alone); err != nil {
		return err
	}
	for i, span := range spans {
		s.heads.promised(span.Journal, heads[i])
	}
	return &storage.DuplicateError{Command: command, Spans: spans}
}

// moved judges a batch whose expected heads do not hold. It returns nil when
// all positions hold and only hashes were missing.
func (s *Store) moved(ctx context.Context, doing string, b batch, writes []storage.Write, answers []string) error {
	have := make([]storage.Head, len(writes))
	for i, w := range writes {
		var err error
		if have[i], err = parseHead(answers[i]); err != nil {
			return s.readError(doing, err)
		}
		there, err := s.holds(ctx, w.Journal, b.known[i].seen, have[i])
		if err != nil {
			return s.readError(doing, err)
		}
		if !there {
			return s.gone(ctx, doing, w.Journal, b.known[i], b.known[i].seen, have[i])
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

// strange names what a script found instead of what it was to change.
func strange(doing string, words []string) error {
	switch {
	case words[0] == "damaged" && len(words) == 4:
		return &storage.UnavailableError{Doing: doing, Remedy: remedyDamaged, Lasting: true,
			Err: fmt.Errorf("%s should stand at %s and its stream holds %s entries", words[1], words[3], words[2])}
	case words[0] == "foreign":
		return &storage.UnavailableError{Doing: doing, Remedy: remedyEmptied, Lasting: true,
			Err: fmt.Errorf("the workspace is no longer in this Redis")}
	}
	return &storage.UnavailableError{Doing: doing, Doubtful: true, Err: fmt.Errorf("unknown answer %q", words[0])}
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

// landing is a span and the hash of its last entry.
type landing struct {
	storage.Span
	Hash string
}

// formatLanding writes what is remembered of a command: when it landed, where,
// and where the journals stood then.
func formatLanding(at time.Time, spans []storage.Span, heads []storage.Head) string {
	landings := make([]landing, len(spans))
	for i, span := range spans {
		landings[i] = landing{Span: span, Hash: heads[i].Hash.String()}
	}
	data, err := json.Marshal(landings)
	if err != nil { // names and numbers: it cannot fail
		panic(err)
	}
	return instant(at) + " " + string(data)
}

func parseLanding(s string) ([]storage.Span, []storage.Head, error) {
	var landings []landing
	if len(s) < 21 {
		return nil, nil, fmt.Errorf("%w: %q is no record of a command", errDamaged, s)
	}
	if err := json.Unmarshal([]byte(s[21:]), &landings); err != nil {
		return nil, nil, fmt.Errorf("%w: no record of a command: %w", errDamaged, err)
	}
	spans, heads := make([]storage.Span, len(landings)), make([]storage.Head, len(landings))
	for i, l := range landings {
		hash, err := storage.ParseHash(l.Hash)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: no record of a command: %w", errDamaged, err)
		}
		spans[i], heads[i] = l.Span, storage.Head{Seq: l.Last, Hash: hash}
	}
	return spans, heads, nil
}
