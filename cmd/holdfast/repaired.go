package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"holdfast/storage/file"
)

// repaired is what the command says.
type repaired struct {
	*file.Repairs
	dir    string
	dryRun bool
	listed int // entries added to the register of an undamaged store
}

// code is 1 when something is lost, or would be done.
func (r repaired) code() int {
	if r.Kept != "" && (r.dryRun || len(r.Frozen) > 0 || len(r.Blobs) > 0) {
		return findings
	}
	return clean
}

func (r repaired) print(w io.Writer) error {
	say := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	for _, f := range r.Findings {
		say("%s", f)
	}
	if r.Finished != "" {
		say("An earlier repair was interrupted; the old log is in %s now.", filepath.Join(r.dir, r.Finished))
	}
	for _, folder := range r.Unused {
		say("note: %s is what an interrupted repair has left; it holds copies and may be removed.", filepath.Join(r.dir, folder))
	}
	switch {
	case r.Kept == "" && r.listed > 0:
		say("%s is not damaged. Its register did not name every incident; %s added.", r.dir, countOf(r.listed, "entry", "entries"))
	case r.Kept == "":
		say("%s is not damaged; there is nothing to repair.", r.dir)
	default:
		r.printRepair(say)
	}
	return nil
}

func (r repaired) printRepair(say func(string, ...any)) {
	say("whole: %s", count(r.Whole, "journal"))
	for _, f := range r.Frozen {
		say("frozen: %s", f)
	}
	if len(r.Behind) > 0 {
		say("`holdfast repair --store file:%s --show JOURNAL` prints what is readable behind the damage.", r.dir)
	}
	if r.Unknown > 0 {
		say("unknown: of %d bytes nobody can tell what they held; incidents that had no entry behind them are frozen in doubt", r.Unknown)
	}
	if r.Proven > 0 {
		say("proven: %s of broken records, by their hashes", countOf(r.Proven, "entry", "entries"))
	}
	switch {
	case r.Anew && r.dryRun:
		say("register: it would be rebuilt from the incidents' own journals")
	case r.Anew:
		say("register: rebuilt from the incidents' own journals, %s", countOf(r.Added, "entry", "entries"))
	case r.Added > 0:
		say("register: %s added, for incidents that are lost", countOf(r.Added, "entry", "entries"))
	}
	for _, sum := range r.Blobs {
		say("lost: the blob %s; its bytes are kept", sum)
	}
	kept := filepath.Join(r.dir, r.Kept)
	if r.dryRun {
		say("Nothing was changed. The old log would be kept in %s.", kept)
		return
	}
	say("%s is repaired and takes new entries. The old log is kept in %s.", r.dir, kept)
}

// MarshalJSON writes the same for programs.
func (r repaired) MarshalJSON() ([]byte, error) {
	type frozen struct {
		Journal string `json:"journal"`
		After   uint64 `json:"after"`
		Doubt   bool   `json:"doubt,omitempty"`
		Note    string `json:"note"`
	}
	doc := struct {
		DryRun   bool     `json:"dry_run"`
		Damage   []string `json:"damage"`
		Whole    int      `json:"whole"`
		Frozen   []frozen `json:"frozen"`
		Behind   []string `json:"readable_behind"`
		Proven   uint64   `json:"proven"`
		Unknown  int64    `json:"unknown_bytes"`
		Register bool     `json:"register_rebuilt"`
		Added    int      `json:"register_added"`
		Blobs    []string `json:"lost_blobs"`
		Kept     string   `json:"kept,omitempty"`
		Finished string   `json:"finished,omitempty"`
		Unused   []string `json:"unused,omitempty"`
	}{
		DryRun: r.dryRun, Damage: []string{}, Whole: r.Whole, Frozen: []frozen{}, Behind: []string{}, Proven: r.Proven, Unknown: r.Unknown,
		Register: r.Anew && !r.dryRun, Added: r.Added + r.listed, Blobs: append([]string{}, r.Blobs...), Kept: r.Kept, Finished: r.Finished, Unused: r.Unused,
	}
	for _, f := range r.Findings {
		doc.Damage = append(doc.Damage, f.String())
	}
	for _, f := range r.Frozen {
		doc.Frozen = append(doc.Frozen, frozen{f.Journal, f.Head.Seq, f.Doubt, f.Note})
	}
	for _, s := range r.Behind {
		doc.Behind = append(doc.Behind, fmt.Sprintf("%s#%d-%d", s.Journal, s.First, s.Last))
	}
	return json.Marshal(doc)
}
