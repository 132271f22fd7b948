package file

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/storage"
)

// RepairOptions say how a store is repaired.
type RepairOptions struct {
	Clock  clock.Clock // nil is the machine's
	FS     FS          // stands in for the directory in tests
	DryRun bool        // only say what would be done; needs no lock
	// Anew names the one journal that is continued when it is damaged, not
	// frozen. Rebuild returns what is written behind its intact beginning. It is
	// asked in every repair, since the journal may name others.
	Anew    string
	Rebuild func(context.Context, Broken) ([]storage.Draft, error)
	// SegmentSize is that of Options.
	SegmentSize uint32
}

// Broken is the journal that is to be continued.
type Broken struct {
	Journal string
	Damaged bool            // itself, or in doubt
	Head    storage.Head    // of its intact beginning
	Behind  []storage.Entry // what can be read of it behind the damage
	Room    int64           // bytes of damage behind its last entry of which nobody can tell what they held
	Frozen  []storage.Frozen
	Kept    string // the folder, in the store's directory, that keeps the old log
	Log     Source // the new log: of every journal what is intact
}

// Source is what can be read of a log.
type Source interface {
	storage.Lister
	Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error]
}

// Repairs says what a repair has done, or would do.
type Repairs struct {
	Findings []Finding        // the damage; empty when there is none
	Whole    int              // journals of which nothing is missing
	Frozen   []storage.Frozen // those that take no more entries, also from earlier repairs
	Behind   []storage.Span   // entries behind the damage that can be read in Kept
	Proven   uint64           // entries of broken records that are kept, since their hashes hold
	Unknown  int64            // bytes of damage of which nobody can tell what they held
	Anew     bool             // the journal of that name is damaged, and was continued
	Added    int              // entries written behind its beginning
	Blobs    []string         // damaged blobs, put aside
	Kept     string           // the folder that keeps all that was replaced
	Finished string           // such a folder of an earlier, interrupted repair that is complete now
	Unused   []string         // folders of repairs that ended before their log came into force; copies, no more
}

// Repair makes a damaged store take new entries again. The old log is moved,
// unchanged, into a folder of the store, where it can be read as a store. A new
// log gets every undamaged journal whole, under the same hashes, and of a
// damaged one its intact beginning; such a journal is frozen. A journal is
// frozen in doubt when bytes behind its last entry may have held more of it.
//
// The new log comes into force by one rename. Whatever ends a repair, the store
// is the old one or the new one, and it can be repaired again.
func Repair(ctx context.Context, dir string, o RepairOptions) (*Repairs, error) {
	r := &repair{dir: dir, options: o, fs: o.FS, clock: o.Clock}
	if r.clock == nil {
		r.clock = clock.System{}
	}
	if r.fs == nil {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, fault.Wrap(err, fault.Store, dir+" is not a directory.", "Name the directory of a store.")
		}
		r.fs = disk{dir}
	}
	if !o.DryRun {
		lock, err := r.fs.Lock(lockName, os.Getpid())
		if err != nil {
			return nil, openFault(dir, lockFault(dir, err))
		}
		defer lock.Close()
	}
	if err := r.run(ctx); err != nil {
		return nil, openFault(dir, err)
	}
	return &r.done, nil
}

// repair is one run of Repair.
type repair struct {
	dir     string
	options RepairOptions
	fs      FS
	clock   clock.Clock
	marker  marker
	list    frozenList // of the old log
	unknown bool       // which journals were frozen before cannot be told
	rescue  *rescue
	folder  string // of the new log
	done    Repairs
}

func (r *repair) run(ctx context.Context) error {
	if err := r.enter(); err != nil {
		return err
	}
	found, err := verify(patient{r.fs}, r.dir)
	if err != nil || !found.Damaged() {
		return err
	}
	r.done.Findings = slices.DeleteFunc(found.Findings, func(f Finding) bool { return f.Kind != Damage })
	for _, f := range r.done.Findings {
		if sum, isBlob := strings.CutPrefix(f.File, blobDir+"/"); isBlob {
			r.done.Blobs = append(r.done.Blobs, sum)
		}
	}
	if err := r.look(); err != nil {
		return err
	}
	if r.options.DryRun {
		return nil
	}
	return r.replace(ctx)
}

// enter reads what the store is, and ends what an earlier repair has left.
func (r *repair) enter() error {
	m, fresh, err := readMarker(r.fs, r.dir)
	if err != nil {
		return err
	}
	if fresh {
		return fault.New(fault.Store, "There is no store in "+r.dir+".", "Name the directory of a store.")
	}
	r.marker = m
	if m.layout < 2 {
		return nil
	}
	r.list, err = readFrozen(logFolder(r.fs, m.log))
	if errors.Is(err, errFrozen) {
		r.unknown = true
		return nil
	}
	if err != nil || r.options.DryRun || r.list.Was == "" {
		return err
	}
	left, err := leftovers(r.fs, r.list.Was)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		r.done.Finished = r.list.Kept
	}
	return tidy(r.fs, r.list)
}

// look goes over the old log and decides what becomes of each journal.
func (r *repair) look() error {
	r.rescue = newRescue(r.oldLog(), r.options.Anew)
	if err := r.rescue.run(); err != nil {
		return err
	}
	for _, b := range r.rescue.blank {
		r.done.Unknown += b.length
	}
	if err := r.nameFolders(); err != nil {
		return err
	}
	r.judge()
	return nil
}

func (r *repair) oldLog() FS { return logFolder(patient{r.fs}, r.marker.log) }

// nameFolders finds names for the new log and for the old one that nothing has
// yet.
func (r *repair) nameFolders() error {
	names, err := r.fs.List(".")
	if err != nil {
		return err
	}
	if !r.unknown {
		r.done.Unused = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			return !strings.HasPrefix(name, repairedPrefix) || name == r.marker.log || name == r.list.Was
		})
	}
	stamp := r.clock.Now().UTC().Format("2006-01-02T1504Z")
	for n := 1; ; n++ {
		suffix := stamp
		if n > 1 {
			suffix = fmt.Sprintf("%s-%d", stamp, n)
		}
		r.folder, r.done.Kept = repairedPrefix+suffix, damagedPrefix+suffix
		if !slices.Contains(names, r.folder) && !slices.Contains(names, r.done.Kept) {
			return nil
		}
	}
}
