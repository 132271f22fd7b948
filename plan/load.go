package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"os"
)

// Load reads the plan in a folder and reports everything that is wrong or
// worth knowing about it, sorted by place. The plan is nil when any finding is
// an error. Nothing outside the folder is read, also not through links.
func Load(dir string) (*Plan, []Finding) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, []Finding{{Code: codeUnreadable, Level: Error, File: ".",
			Message: fmt.Sprintf("The folder %q cannot be read: %s.", dir, reason(err)), Fix: "Name the folder that holds services/, people.yaml and teams.yaml."}}
	}
	defer root.Close()
	p, findings := LoadFS(root.FS())
	if p != nil {
		p.Dir = dir
	}
	return p, findings
}

// LoadFS is Load for a plan that lies in any file system; its Dir is empty.
func LoadFS(fsys fs.FS) (*Plan, []Finding) { return load(fsys, usualLimits) }

func load(fsys fs.FS, most limits) (*Plan, []Finding) {
	l := &loader{
		fsys:    fsys,
		most:    most,
		digest:  sha256.New(),
		plan:    Empty(),
		defined: map[kind]map[string]Place{},
		blind:   map[kind]bool{},
		places:  map[string]Place{},
	}
	// In one order, so that the digest does not depend on anything but the
	// files. The policy comes first: it fills what others leave out.
	l.readPolicy()
	l.readProcesses()
	l.readExercises()
	l.readHolidays()
	l.readPeople()
	l.readPlaybooks()
	l.readRegimes()
	l.readServices()
	l.readTeams()
	l.readTemplates()
	l.readVendors()
	l.readWindows()
	l.noteUnread()
	l.checkReferences()
	l.checkTiers()
	l.checkMail()
	l.checkCycles()
	l.checkPlaybooks()
	l.checkWindows()

	findings := sorted(l.findings)
	if HasErrors(findings) {
		return nil, findings
	}
	l.plan.Commit = "sha256:" + hex.EncodeToString(l.digest.Sum(nil))[:12]
	l.plan.places = l.places
	l.finish()
	return l.plan, findings
}

// A loader gathers one plan and what is wrong with it.
type loader struct {
	fsys     fs.FS
	digest   hash.Hash
	plan     *Plan
	findings []Finding

	services  []serviceDraft
	windows   []windowDraft
	playbooks []playbookDraft

	most  limits
	files int   // read so far
	size  int64 // of them, in bytes
	full  bool  // there was no room for a file

	defined map[kind]map[string]Place // where each id was first defined
	uses    []use
	// blind marks kinds of which a file could not be read: a name that seems
	// unknown may well stand in that file, so none is reported.
	blind  map[kind]bool
	places map[string]Place // see Plan.Where
}

// A use is a reference together with its place.
type use struct {
	reference
	at Place
}

// report adds a finding. Secrets in its words are masked and odd characters
// spelt out, whatever part of the plan they were quoted from.
func (l *loader) report(level Level, code string, at Place, fix, format string, args ...any) {
	l.findings = append(l.findings, Finding{
		Code: code, Level: level, File: visible(at.File), Line: at.Line, Column: at.Column,
		Message: visible(masked(fmt.Sprintf(format, args...))), Fix: visible(masked(fix)),
	})
}

// define notes that an id is taken and reports whether it was free.
func (l *loader) define(k kind, id string, at Place) bool {
	first, taken := l.defined[k][id]
	if taken {
		l.report(Error, codeDuplicate, at, "Rename or remove one of them.",
			"The %s %s is defined twice, first in %s:%d.", k, id, first.File, first.Line)
		return false
	}
	l.known(k, id, at)
	return true
}

// known notes that an id stands for something, whether it could be read or not.
func (l *loader) known(k kind, id string, at Place) {
	if l.defined[k] == nil {
		l.defined[k] = map[string]Place{}
	}
	l.defined[k][id] = at
}
