package redis

import (
	"context"
	_ "embed"
	"fmt"
	"iter"
	"strconv"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/fault"
	"holdfast/storage"
)

//go:embed archive.lua
var archiveSource string

//go:embed unarchive.lua
var unarchiveSource string

var (
	archiveScript   = goredis.NewScript(archiveSource)
	unarchiveScript = goredis.NewScript(unarchiveSource)
)

// Archive implements storage.Archiver. Repeated with the same note it changes
// nothing; with another one it is *storage.ArchivedError, since whoever calls
// cannot have read the entries. The user needs more permissions than an append.
func (s *Store) Archive(ctx context.Context, journal string, head storage.Head, note string) error {
	doing := "archive " + journal
	if head.Seq == 0 {
		return fault.New(fault.Internal, "The store was to archive "+journal+", which has no entries.", "This is a defect in Holdfast; please report it.")
	}
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return err
	}
	defer done()
	k := s.heads.at(journal)
	keys := []string{s.keys.store, s.keys.heads, s.keys.archived, s.keys.probe, s.keys.journal(journal)}
	said, err := s.runOne(ctx, archiveScript, keys, format, journal, formatHead(head), note)
	if err != nil {
		return s.appendError(doing, err)
	}
	switch words := said.words; {
	case words[0] == "archived" && len(words) == 4 && words[3] != note:
		return s.archivedAt(doing, journal, k, words[2], words[3])
	case words[0] == "archived" && len(words) == 4:
		return aloneError(doing, said.alone)
	case words[0] == "moved" && len(words) == 2:
		now, err := parseHead(words[1])
		if err != nil {
			return s.readError(doing, err)
		}
		return &storage.ConflictError{Journal: journal, Want: head.Seq, Have: now.Seq}
	}
	return strange(doing, said.words)
}

// Unarchive implements storage.Archiver. It looks at all entries before it
// writes the first, so that what an interrupted call has put back is always a
// beginning of the journal; it holds them in memory meanwhile. A journal that
// is not archived is left as it is.
func (s *Store) Unarchive(ctx context.Context, journal string, entries iter.Seq2[storage.Entry, error]) error {
	doing := "unarchive " + journal
	head, note, back, err := s.kept(ctx, doing, journal)
	if err != nil || head.Seq == 0 {
		return err
	}
	all, err := collect(journal, head, note, entries)
	if err != nil {
		return err
	}
	for open := false; !open; {
		if open, back, err = s.putBack(ctx, doing, journal, head, all, back); err != nil {
			return err
		}
	}
	return nil
}

// kept returns what is kept of an archived journal, and how many of its
// entries are back already. The head of one that is not archived is zero.
func (s *Store) kept(ctx context.Context, doing, journal string) (head storage.Head, note string, back uint64, err error) {
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return head, "", 0, err
	}
	defer done()
	p := s.client.Pipeline()
	standing := p.HGet(ctx, s.keys.heads, journal)
	kept := p.HGet(ctx, s.keys.archived, journal)
	length := p.XLen(ctx, s.keys.journal(journal))
	if err := execAll(ctx, p); err != nil {
		return head, "", 0, s.readError(doing, err)
	}
	if kept.Err() != nil {
		return head, "", 0, nil
	}
	if head, err = parseHead(standing.Val()); err != nil {
		return head, "", 0, s.readError(doing, err)
	}
	return head, kept.Val(), uint64(length.Val()), nil
}

// collect demands the entries that give head.
func collect(journal string, head storage.Head, note string, entries iter.Seq2[storage.Entry, error]) ([]storage.Entry, error) {
	refused := func(why string) error {
		return fault.Newf(fault.Store, "Take those that its note names: "+note, "These are not the entries of %s: %s.", journal, why)
	}
	v := storage.NewVerifier(journal)
	var all []storage.Entry
	for e, err := range entries {
		if err != nil {
			return nil, fmt.Errorf("unarchive %s after entry %d: %w", journal, v.Count(), err)
		}
		if err := v.Next(e); err != nil {
			return nil, refused(err.Error())
		}
		if v.Count() > head.Seq {
			return nil, refused(fmt.Sprintf("it ended with entry %d and they go on", head.Seq))
		}
		all = append(all, e)
	}
	switch {
	case v.Count() < head.Seq:
		return nil, refused(fmt.Sprintf("it ended with entry %d and they end with %d", head.Seq, v.Count()))
	case v.Head() != head.Hash:
		return nil, refused("the last one has another hash than " + head.Hash.Short())
	}
	return all, nil
}

// putBack puts the next entries back. It says how many are back then, which
// may be more if somebody else is at it, and whether that was the last.
func (s *Store) putBack(ctx context.Context, doing, journal string, head storage.Head, all []storage.Entry, back uint64) (open bool, now uint64, err error) {
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return false, back, err
	}
	defer done()
	if back > head.Seq {
		return false, back, strange(doing, []string{"damaged", journal, strconv.FormatUint(back, 10), formatHead(head)})
	}
	chunk := all[back:min(back+pageSize, head.Seq)]
	args := []any{format, journal, formatHead(head), back, len(chunk)}
	for _, e := range chunk {
		args = append(args, entryID(e.Seq), e.Kind, e.Body, e.Hash.String())
	}
	said, err := s.runOne(ctx, unarchiveScript, []string{s.keys.store, s.keys.heads, s.keys.archived, s.keys.journal(journal)}, args...)
	if err != nil {
		return false, back, s.appendError(doing, err)
	}
	switch words := said.words; {
	case words[0] == "open":
		return true, back, aloneError(doing, said.alone)
	case words[0] == "more" && len(words) == 2:
		now, err := strconv.ParseUint(words[1], 10, 64)
		return false, now, err
	case words[0] == "moved" && len(words) == 2:
		return false, back, s.readError(doing, fmt.Errorf("%w: %s stood at %d and stands at %q", errDamaged, journal, head.Seq, words[1]))
	}
	return false, back, strange(doing, said.words)
}

// archivedAt is archivedError with a head as Redis keeps it.
func (s *Store) archivedAt(doing, journal string, k known, head, note string) error {
	now, err := parseHead(head)
	if err != nil {
		return s.readError(doing, err)
	}
	return archivedError(doing, journal, k, now, note)
}

// archivedError refuses a journal whose entries were given away, unless
// entries are missing that were acknowledged to this process.
func archivedError(doing, journal string, k known, now storage.Head, note string) error {
	if lost(k.acked, now) {
		return lostError(doing, journal, k.acked, now)
	}
	return &storage.ArchivedError{Journal: journal, Head: now, Note: note}
}
