package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/storage"
	"holdfast/storage/file"
)

// manyWriters measures what group commit gives when an organisation is in
// trouble: everybody waits for the disk, nobody waits for each other.
func manyWriters(ctx context.Context, b *bench) ([]row, error) {
	a := appending{bench: b, writers: b.writers, each: b.appends}
	r, err := b.inTurns(ctx,
		func() (float64, error) { return b.rawAppend(b.writers, b.rawAppends) },
		func() (float64, error) { return a.measure(ctx) },
	)
	perAppend := row{
		what: "fdatasync calls for each of these", figure: figure{median(a.perAppend), calls},
		against: "raw append", control: figure{1, calls}, target: figureAtMost(1./8, "1/8"),
	}
	what := fmt.Sprintf("append, %d writers, %d journals, %d-byte facts", b.writers, b.writers, factSize)
	return []row{r.row(what, perSecond, fmt.Sprintf("raw append + fdatasync, %d writers", b.writers), ratioAtLeast(10)), perAppend}, err
}

// oneWriter measures what the log, the chain and the queue cost when there is
// nobody to share a fdatasync with.
func oneWriter(ctx context.Context, b *bench) ([]row, error) {
	a := appending{bench: b, writers: 1, each: b.oneAppends}
	r, err := b.inTurns(ctx,
		func() (float64, error) { return b.rawAppend(1, b.oneAppends) },
		func() (float64, error) { return a.measure(ctx) },
	)
	return []row{r.row(fmt.Sprintf("append, one writer, %d-byte facts", factSize), perSecond, "raw append + fdatasync, one writer", ratioAtLeast(0.9))}, err
}

// rawAppend appends facts to one file, each made durable before the next, and
// returns how many it does in a second. The file is filled with zeros
// beforehand, as the store's segments are: an append that moves the end of the
// file would cost the control a second write to the file system's own journal.
func (b *bench) rawAppend(writers, total int) (float64, error) {
	f, err := os.Create(filepath.Join(b.dir, "raw"))
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.Write(make([]byte, total*factSize)); err != nil {
		return 0, err
	}
	if err := f.Sync(); err != nil {
		return 0, err
	}
	var mu sync.Mutex
	next := 0
	appendOne := func() (more bool, err error) {
		mu.Lock()
		defer mu.Unlock()
		if next == total {
			return false, nil
		}
		if _, err := f.WriteAt(fact(0, next), int64(next*factSize)); err != nil {
			return false, err
		}
		next++
		return true, syncData(f)
	}
	var all errgroup.Group
	start := time.Now()
	for range writers {
		all.Go(func() error {
			for {
				if more, err := appendOne(); !more || err != nil {
					return err
				}
			}
		})
	}
	err = all.Wait()
	return rate(total, start), err
}

// appending is a benchmark of the file store's Append.
type appending struct {
	*bench
	writers, each int
	perAppend     []float64 // fdatasync calls, of each round
}

// measure appends to a new store and returns how many appends it does in a
// second. Then it reads all of them back.
func (a *appending) measure(ctx context.Context) (float64, error) {
	dir := filepath.Join(a.dir, "appends")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	d := newDisk(dir)
	store, err := file.Open(dir, file.Options{FS: d})
	if err != nil {
		return 0, err
	}
	defer store.Close()
	before := d.syncs.Load()
	start := time.Now()
	all, ctx := errgroup.WithContext(ctx)
	for w := range a.writers {
		all.Go(func() error { return a.write(ctx, store, w) })
	}
	if err := all.Wait(); err != nil {
		return 0, err
	}
	speed := rate(a.writers*a.each, start)
	syncs := int(d.syncs.Load() - before)
	a.perAppend = append(a.perAppend, float64(syncs)/float64(a.writers*a.each))
	if err := store.Close(); err != nil {
		return 0, err
	}
	return speed, errors.Join(a.enough(syncs), a.readBack(ctx, dir))
}

func (a *appending) write(ctx context.Context, store storage.Store, w int) error {
	name := fmt.Sprintf("INC-%d", w+1)
	for i := range a.each {
		draft := storage.Draft{Kind: incident.NoteAdded{}.Kind(), Body: fact(w, i)}
		command := fmt.Sprintf("writer-%d-%d", w, i)
		if _, err := store.Append(ctx, command, storage.Write{Journal: name, At: uint64(i), Drafts: []storage.Draft{draft}}); err != nil {
			return err
		}
	}
	return nil
}

// enough says whether so many fdatasync calls can stand behind what was
// acknowledged: a writer waits for each of its appends, so none serves two of
// one writer.
func (a *appending) enough(syncs int) error {
	if syncs >= a.each {
		return nil
	}
	return &miscount{fmt.Sprintf("fdatasync calls: %d, want at least %d", syncs, a.each)}
}

// readBack opens the store anew and looks for every acknowledged fact.
func (a *appending) readBack(ctx context.Context, dir string) error {
	store, err := file.Open(dir, file.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer store.Close()
	for w := range a.writers {
		name := fmt.Sprintf("INC-%d", w+1)
		n, chain := 0, storage.NewVerifier(name)
		for e, err := range store.Read(context.WithoutCancel(ctx), name, 0) {
			if err != nil {
				return err
			}
			if err := chain.Next(e); err != nil || !bytes.Equal(e.Body, fact(w, n)) {
				return &miscount{fmt.Sprintf("%s#%d is not as it was written", name, n+1)}
			}
			n++
		}
		if err := exactly("facts of "+name+" read back", n, a.each); err != nil {
			return err
		}
	}
	return nil
}

// fact returns the bytes of fact i of a writer, always factSize of them.
func fact(writer, i int) []byte {
	body := bytes.Clone(factForm())
	copy(body[bytes.Index(body, factNumber):], fmt.Sprintf("%04d-%08d", writer, i))
	return body
}

var factNumber = []byte("wwww-iiiiiiii")

// factForm is encoded once: what is measured is the store.
var factForm = sync.OnceValue(func() []byte {
	meta := journal.Meta{At: epoch, Recorded: epoch, Actor: "bob", Source: "slash", Rule: "anyone", Plan: planCommit, Room: "#inc-1", Command: string(factNumber)}
	empty := encode(meta, incident.NoteAdded{}).Body
	return encode(meta, incident.NoteAdded{Text: strings.Repeat("x", factSize-len(empty))}).Body
})
