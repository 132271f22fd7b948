package redis

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
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
		said, err := s.post(ctx, b)
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
	keys  []string // its streams
	args  []any    // what the script takes of it, but the instant
	size  int      // of its bodies, in bytes
	spans []storage.Span
	known []known        // what was known of each journal before it was sent
	heads []storage.Head // where each stands afterwards
}

// prepare numbers and chains a batch on the heads that are known. If one is
// not known the chain is wrong, and so is the expected head: it cannot land.
func (s *Store) prepare(command string, writes []storage.Write) batch {
	b := batch{args: []any{command, "", len(writes)}}
	for _, w := range writes {
		k := s.heads.at(w.Journal)
		head, expected := storage.Head{Seq: w.At}, fmt.Sprintf("%d ?", w.At)
		if k.seen.Seq == w.At {
			head, expected = k.seen, formatHead(k.seen)
		}
		at := len(b.args)
		b.args = append(b.args, w.Journal, w.At, expected, "", len(w.Drafts))
		for _, d := range w.Drafts {
			head.Seq++
			head.Hash = storage.Chain(head.Hash, w.Journal, head.Seq, d.Kind, d.Body)
			b.args = append(b.args, entryID(head.Seq), d.Kind, d.Body, head.Hash.String())
			b.size += len(d.Body)
		}
		b.args[at+3] = formatHead(head)
		b.keys = append(b.keys, s.keys.journal(w.Journal))
		b.known, b.heads = append(b.known, k), append(b.heads, head)
		b.spans = append(b.spans, storage.Span{Journal: w.Journal, First: w.At + 1, Last: head.Seq})
	}
	if command != "" {
		b.args[1] = formatLanding(s.clock.Now(), b.spans, b.heads)
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
	case words[0] == "late" && len(words) == 2:
		return true, s.tooLate(ctx, doing, words[1])
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

// tooLate corrects the notion of what time it is for Redis, unless the batch
// has come too late indeed. Nothing was written.
func (s *Store) tooLate(ctx context.Context, doing, instant string) error {
	if err := ctx.Err(); err != nil {
		return &storage.UnavailableError{Doing: doing, Remedy: remedySlow, Err: err}
	}
	if err := s.theirs.late(instant); err != nil {
		return s.readError(doing, err)
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
func asWords(reply any) ([]string, error) {
	said, isList := reply.([]any)
	if !isList || len(said) == 0 {
		return nil, fmt.Errorf("no answer: %v", reply)
	}
	words := make([]string, len(said))
	for i, r := range said {
		words[i] = fmt.Sprint(r)
	}
	return words, nil
}

// instant writes t so that instants compare as text.
func instant(t time.Time) string { return fmt.Sprintf("%020d", t.UnixNano()) }

// formatLanding writes what is remembered of a command: when it landed, where,
// and where the journals stood then. No name holds a tab.
func formatLanding(at time.Time, spans []storage.Span, heads []storage.Head) string {
	text := []byte(instant(at))
	for i, span := range spans {
		text = append(append(text, '\t'), span.Journal...)
		text = strconv.AppendUint(append(text, '\t'), span.First, 10)
		text = append(append(text, '\t'), formatHead(heads[i])...)
	}
	return string(text)
}

func parseLanding(s string) (spans []storage.Span, heads []storage.Head, err error) {
	fields := strings.Split(s, "\t")
	if len(fields) < 4 || len(fields)%3 != 1 {
		return nil, nil, fmt.Errorf("%w: %q is no record of a command", errDamaged, s)
	}
	for f := range slices.Chunk(fields[1:], 3) {
		first, err := strconv.ParseUint(f[1], 10, 64)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: no record of a command: %w", errDamaged, err)
		}
		head, err := parseHead(f[2])
		if err != nil {
			return nil, nil, err
		}
		spans = append(spans, storage.Span{Journal: f[0], First: first, Last: head.Seq})
		heads = append(heads, head)
	}
	return spans, heads, nil
}
