package file

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"
)

var errPower = errors.New("the power is gone")

// powerFS is a disk in memory that can lose power. What was written and not
// synced is then dropped, kept or torn at random, sector by sector; names that
// were not synced are dropped or kept.
type powerFS struct {
	mu      sync.Mutex
	rng     *rand.Rand
	names   map[string]*inode
	durable map[string]*inode
	pending []naming // names changed since the last SyncDir of their folder
	locked  bool

	callsLeft int            // until the power goes; negative: it stays
	failSync  error          // what Sync answers instead
	full      bool           // no new files
	opened    map[string]int // how often a name was opened
	holdSync  chan struct{}  // Sync tells of itself here, then waits here
}

type naming struct {
	name string
	node *inode // nil: the name is gone
	from string // the name it had until then; a rename is one step
}

type inode struct {
	data   []byte // as the program sees it
	synced []byte // as the disk holds it
	writes []unsynced
}

type unsynced struct {
	offset int64
	data   []byte
}

func newPowerFS(rng *rand.Rand) *powerFS {
	return &powerFS{rng: rng, names: map[string]*inode{}, durable: map[string]*inode{}, callsLeft: -1, opened: map[string]int{}}
}

// spend uses up one call. It reports false when the power is gone.
func (d *powerFS) spend() bool {
	if d.callsLeft > 0 {
		d.callsLeft--
	}
	return d.callsLeft != 0
}

// cut returns the disk as it is found after the power came back.
func (d *powerFS) cut() *powerFS {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, n := range d.pending {
		if d.rng.IntN(2) == 0 {
			name(d.durable, n)
		}
	}
	after := newPowerFS(d.rng)
	for name, node := range d.durable {
		data := node.afterCut(d.rng)
		after.names[name] = &inode{data: data, synced: bytes.Clone(data)}
	}
	after.durable = maps.Clone(after.names)
	return after
}

func name(names map[string]*inode, n naming) {
	if n.from != "" && names[n.from] == n.node {
		delete(names, n.from)
	}
	if n.node == nil {
		delete(names, n.name)
		return
	}
	names[n.name] = n.node
}

func (d *inode) afterCut(rng *rand.Rand) []byte {
	data := bytes.Clone(d.synced)
	for _, w := range d.writes {
		switch rng.IntN(4) {
		case 0: // dropped
		case 1:
			data = overwrite(data, w.offset, w.data)
		default:
			data = w.tear(data, rng)
		}
	}
	return data
}

// tear keeps some sectors of a write, and of one of them only the beginning.
func (w unsynced) tear(data []byte, rng *rand.Rand) []byte {
	const sector = 512
	for from := 0; from < len(w.data); {
		to := min(len(w.data), from+sector-int(w.offset+int64(from))%sector)
		switch rng.IntN(5) {
		case 0, 1:
			data = overwrite(data, w.offset+int64(from), w.data[from:to])
		case 2:
			data = overwrite(data, w.offset+int64(from), w.data[from:from+rng.IntN(to-from)])
		}
		from = to
	}
	return data
}

func overwrite(data []byte, offset int64, with []byte) []byte {
	if missing := int(offset) + len(with) - len(data); missing > 0 {
		data = append(data, make([]byte, missing)...)
	}
	copy(data[offset:], with)
	return data
}

func (d *powerFS) Open(name string, mode Mode) (File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.spend() {
		return nil, errPower
	}
	d.opened[name]++
	node, found := d.names[name]
	if mode == Create {
		if d.full {
			return nil, errors.New("no space left on device")
		}
		node = &inode{}
		d.rename(naming{name: name, node: node})
	} else if !found {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &powerFile{disk: d, node: node}, nil
}

func (d *powerFS) rename(n naming) {
	name(d.names, n)
	d.pending = append(d.pending, n)
}

func (d *powerFS) List(dir string) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.spend() {
		return nil, errPower
	}
	var names []string
	for name := range d.names {
		if path.Dir(name) == dir {
			names = append(names, path.Base(name))
		} else if first, _, below := strings.Cut(name, "/"); below && dir == "." {
			names = append(names, first)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func (d *powerFS) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.spend() {
		return errPower
	}
	node, found := d.names[from]
	if !found {
		return fs.ErrNotExist
	}
	d.rename(naming{to, node, from})
	return nil
}

func (d *powerFS) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.spend() {
		return errPower
	}
	if _, found := d.names[name]; found {
		d.rename(naming{name: name})
	}
	return nil
}

func (d *powerFS) SyncDir(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.spend() {
		return errPower
	}
	d.pending = slices.DeleteFunc(d.pending, func(n naming) bool {
		if path.Dir(n.name) == dir || n.from != "" && path.Dir(n.from) == dir {
			name(d.durable, n)
			return true
		}
		return false
	})
	return nil
}

func (d *powerFS) Lock(string, int) (io.Closer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locked {
		return nil, &HeldError{PID: 4711}
	}
	d.locked = true
	return powerLock{d}, nil
}

type powerLock struct{ disk *powerFS }

func (l powerLock) Close() error {
	l.disk.mu.Lock()
	defer l.disk.mu.Unlock()
	l.disk.locked = false
	return nil
}

// clone returns the disk as the program sees it, everything durable.
func (d *powerFS) clone() *powerFS {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := newPowerFS(d.rng)
	for name, node := range d.names {
		c.names[name] = &inode{data: bytes.Clone(node.data), synced: bytes.Clone(node.data)}
	}
	c.durable = maps.Clone(c.names)
	return c
}
