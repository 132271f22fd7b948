package file

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"holdfast/internal/fault"
	"holdfast/storage"
)

// replace writes the new log beside the old one, lets the marker name it, and
// moves the old one away.
func (r *repair) replace(ctx context.Context) error {
	list := frozenList{Was: r.marker.log, Kept: r.done.Kept, Blobs: slices.Concat(r.list.Blobs, r.done.Blobs)}
	if err := r.write(ctx); err != nil {
		return fault.Wrap(err, fault.Store, "The new log of "+r.dir+" could not be written; the store is as it was.",
			"Look at the disk (it needs room for a second log), then repair again.")
	}
	for _, f := range r.done.Frozen {
		list.add(f)
	}
	if err := writeFrozen(logFolder(r.fs, r.folder), list); err != nil {
		return err
	}
	if err := r.fs.SyncDir("."); err != nil {
		return err
	}
	next := marker{layout: newestLayout, log: r.folder}
	if err := writeWhole(r.fs, ".", markerName, writing([]byte(next.text()))); err != nil {
		return err
	}
	if err := tidy(r.fs, list); err != nil {
		return fault.Wrap(err, fault.Store, "The new log of "+r.dir+" is in force, but the old one could not be moved away.",
			"Look at the disk, then repair again: it goes on where it was.")
	}
	return nil
}

// write writes the new log, and what continues the one journal.
func (r *repair) write(ctx context.Context) (err error) {
	size := r.options.SegmentSize
	if size == 0 {
		size = defaultSegmentSize
	}
	w := newRewriter(r.dir, logFolder(r.fs, r.folder), r.folder, r.clock, size)
	defer func() { err = errors.Join(err, w.close()) }()
	again := newRescue(r.oldLog(), "")
	again.keep = w.put
	if err := errors.Join(again.run(), w.finish()); err != nil {
		return err
	}
	for name, t := range r.rescue.trails {
		if have := w.store.log.ledger.Head(name); have.Seq != t.chain.Count() || have.Hash != t.chain.Head() {
			return fmt.Errorf("%s stands at %d in the new log, expected %d", name, have.Seq, t.chain.Count())
		}
	}
	r.done.Proven = r.rescue.proven
	if r.options.Rebuild == nil {
		return nil
	}
	return r.rebuild(ctx, w)
}

// rebuild continues the one journal that is not frozen.
func (r *repair) rebuild(ctx context.Context, w *rewriter) error {
	name := r.options.Anew
	t := r.rescue.trail(name)
	drafts, err := r.options.Rebuild(ctx, Broken{
		Journal: name, Damaged: r.done.Anew, Head: storage.Head{Seq: t.chain.Count(), Hash: t.chain.Head()}, Behind: r.rescue.behind,
		Room: r.rescue.doubtful(t), Frozen: r.done.Frozen, Kept: r.done.Kept, Log: w.store,
	})
	if err != nil {
		return err
	}
	at := t.chain.Count()
	for part := range slices.Chunk(drafts, storage.MaxDrafts) {
		write := storage.Write{Journal: name, At: at, Drafts: part}
		if err := storage.CheckForm("", []storage.Write{write}); err != nil {
			return err
		}
		if err := w.put(r.clock.Now(), "", []storage.Write{write}); err != nil {
			return err
		}
		at += uint64(len(part))
	}
	r.done.Added = len(drafts)
	return w.flush()
}
