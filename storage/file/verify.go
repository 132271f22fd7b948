package file

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"holdfast/internal/fault"
	"holdfast/storage"
)

// Verify reads every byte of the store in dir and checks sums, chains, indexes
// and blobs. It changes nothing and works beside a running writer, whose last,
// unfinished write it leaves out. The error is a *fault.Error: dir is not a
// store, was written by a newer version, or cannot be read at all.
func Verify(dir string) (*Report, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fault.Wrap(err, fault.Store, dir+" is not a directory.", "Name the directory of a store.")
	}
	return verify(disk{dir}, dir)
}

func verify(fsys FS, dir string) (*Report, error) {
	m, fresh, err := readMarker(fsys, dir)
	if err != nil {
		return nil, openFault(dir, err)
	}
	if fresh {
		return nil, fault.New(fault.Store, "There is no store in "+dir+".", "Name the directory of a store.")
	}
	v := &verification{fs: fsys, logs: logFolder(fsys, m.log), marker: m, catalog: newCatalog(), chains: map[string]*storage.Verifier{}}
	if err := v.run(); err != nil {
		return nil, openFault(dir, err)
	}
	return v.report(), nil
}

// verification goes once over a store.
type verification struct {
	fs       FS
	logs     FS // the folder of the log
	marker   marker
	list     frozenList
	last     uint32
	catalog  *catalog
	chains   map[string]*storage.Verifier
	findings []Finding
	kept     []string
}

func (v *verification) run() error {
	if err := v.frozen(); err != nil {
		return err
	}
	names, err := v.logs.List(".")
	if err != nil {
		return err
	}
	for _, ending := range []string{".log", ".idx"} {
		if numbers := numbered(names, ending); len(numbers) > 0 {
			v.last = max(v.last, numbers[len(numbers)-1])
		}
	}
	for _, name := range slices.Sorted(slices.Values(names)) {
		if isTorn(name) {
			v.kept = append(v.kept, path.Join(v.marker.log, name))
		}
	}
	for number := uint32(1); number <= v.last; number++ {
		if err := v.segment(number); err != nil {
			return fmt.Errorf("segment %d: %w", number, err)
		}
	}
	return v.blobs()
}

// frozen reads the list of frozen journals.
func (v *verification) frozen() (err error) {
	if v.marker.layout < 2 {
		return nil
	}
	v.list, err = readFrozen(v.logs)
	if errors.Is(err, errFrozen) {
		v.find(Finding{Kind: Damage, File: frozenName, What: err.Error()})
		return nil
	}
	return err
}

// find adds a finding in the log.
func (v *verification) find(f Finding) {
	f.File = path.Join(v.marker.log, f.File)
	v.findings = append(v.findings, f)
}

func (v *verification) segment(number uint32) error {
	index, err := readWhole(v.logs, indexName(number))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	indexed := err == nil
	data, err := readWhole(v.logs, logName(number))
	if errors.Is(err, fs.ErrNotExist) {
		v.find(Finding{Kind: Damage, File: logName(number), What: "the file is missing"})
		return nil
	}
	if err != nil {
		return err
	}
	before := len(v.findings)
	seg := &segment{number: number, end: segmentHead}
	seg.size, err = decodeHead(data, number)
	if errors.As(err, new(newerError)) {
		return err
	}
	if err != nil {
		v.find(Finding{Kind: Damage, File: logName(number), Length: segmentHead, What: err.Error()})
	}
	sv := surveySegment(data, number)
	if number == v.last && !indexed {
		if data, sv, err = v.tail(data, sv); err != nil {
			return err
		}
	}
	v.entries(data, sv, seg)
	if number < v.last || indexed {
		v.index(index, seg, len(v.findings) == before)
	}
	return nil
}

// tail judges the end of the last segment.
func (v *verification) tail(data []byte, sv *survey) ([]byte, *survey, error) {
	data, sv, torn, err := judgeTail(v.logs, data, sv)
	if err == nil && torn.to > torn.from {
		v.find(describe(TornTail, "the last bytes are no whole record; the next start keeps them aside", data, sv.number, torn, v.next))
	}
	return data, sv, err
}

func (v *verification) chain(journal string) *storage.Verifier {
	c, found := v.chains[journal]
	if !found {
		c = storage.NewVerifier(journal)
		v.chains[journal] = c
	}
	return c
}

func (v *verification) next(journal string) uint64 {
	if c, found := v.chains[journal]; found {
		return c.Count() + 1
	}
	return 1
}

func (v *verification) entries(data []byte, sv *survey, seg *segment) {
	sv.walk(data, func(r *record, e extent) {
		v.catalog.putRecord(r, seg, e)
		seg.hold(e, string(r.command), r.at)
		for _, w := range r.writes {
			v.write(r, w, seg, e)
		}
	}, func(e extent) {
		f := describe(Damage, "the record cannot be read", data, sv.number, e, v.next)
		v.find(f)
		for _, span := range f.Spans {
			v.chain(span.Journal).SkipTo(span.Last)
		}
	})
}

// write checks that the entries of one write follow those before.
func (v *verification) write(r *record, w recordWrite, seg *segment, e extent) {
	journal := string(w.journal)
	c := v.chain(journal)
	f := Finding{Kind: Damage, File: logName(seg.number), Offset: int64(e.from), Length: int64(e.to - e.from)}
	if missing := c.Count() + 1; w.first > missing {
		f.Spans = []storage.Span{{Journal: journal, First: missing, Last: w.first - 1}}
		f.What = "the record before which they should stand is there, they are not"
		v.find(f)
		c.SkipTo(w.first - 1)
	}
	for i, entry := range r.entries[w.from:w.to] {
		seq := w.first + uint64(i)
		err := c.Next(storage.Entry{Journal: journal, Seq: seq, Kind: string(entry.kind), Body: entry.body, Hash: entry.hash})
		if err != nil {
			f.Spans = []storage.Span{{Journal: journal, First: seq, Last: seq}}
			f.What = err.Error()
			v.find(f)
			c.SkipTo(max(seq, c.Count()))
		}
	}
}

// index compares a sealed segment's index with what the segment gives.
func (v *verification) index(data []byte, seg *segment, clean bool) {
	if data == nil {
		v.find(Finding{Kind: StaleIndex, File: indexName(seg.number), What: "the file is missing; the next start writes it again"})
		return
	}
	if _, err := decodeIndex(data, seg.number, func(string, storage.Head, chapter) {}); err != nil {
		v.find(staleIndex(seg.number))
		return
	}
	if clean && !v.damaged() && !bytes.Equal(data, encodeIndex(seg, v.catalog)) {
		v.find(Finding{Kind: Damage, File: indexName(seg.number), What: "names other entries than its segment holds"})
	}
}

func (v *verification) damaged() bool { return (&Report{Findings: v.findings}).Damaged() }

func (v *verification) blobs() error {
	names, err := v.fs.List(blobDir)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(slices.Values(names)) {
		if strings.HasSuffix(name, tmpSuffix) {
			continue
		}
		data, err := readWhole(v.fs, blobDir+"/"+name)
		if err == nil {
			err = checkBlob(name, data)
		}
		if err != nil {
			v.findings = append(v.findings, Finding{Kind: Damage, File: blobDir + "/" + name, What: err.Error()})
		}
	}
	return nil
}

func (v *verification) report() *Report {
	v.thaw()
	r := &Report{Findings: v.findings, Kept: v.kept, LostBlobs: v.lostBlobs()}
	for _, name := range slices.Sorted(maps.Keys(v.chains)) {
		c := v.chains[name]
		j := JournalReport{Name: name, Entries: c.Count(), Head: c.Head()}
		if mark, found := v.list.marks()[name]; found {
			j.Frozen = &mark
		}
		r.Journals = append(r.Journals, j)
	}
	return r
}

// thaw demands that each frozen journal still ends where it was frozen.
func (v *verification) thaw() {
	for name, mark := range v.list.marks() {
		c := v.chain(name)
		if end := (storage.Head{Seq: c.Count(), Hash: c.Head()}); end != mark.Head {
			v.find(Finding{Kind: Damage, File: frozenName, Spans: []storage.Span{{Journal: name, First: mark.Head.Seq + 1, Last: mark.Head.Seq + 1}},
				What: fmt.Sprintf("%s was frozen after entry %d (%s) and ends at %d (%s)", name, mark.Head.Seq, mark.Head.Hash.Short(), end.Seq, end.Hash.Short())})
		}
	}
}

// lostBlobs lists those that a repair has put aside and nobody has put back.
func (v *verification) lostBlobs() []string {
	return slices.DeleteFunc(slices.Clone(v.list.Blobs), func(sum string) bool {
		_, err := readWhole(v.fs, blobDir+"/"+sum)
		return err == nil
	})
}
