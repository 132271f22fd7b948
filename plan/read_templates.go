package plan

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"holdfast/internal/nearest"
)

// readTemplates reads templates/*.md, which override the shipped templates of
// the same name. Whether they are well formed is not judged here.
func (l *loader) readTemplates() {
	for _, file := range l.folder("templates", ".md", false) {
		text, ok := l.source(file, true)
		if !ok {
			continue
		}
		for i, line := range strings.Split(text, "\n") {
			if what, found := forbidden(line); found {
				l.report(Error, codeText, Place{file, i + 1, 0}, "Remove it.", "The line holds %s.", what)
			}
		}
		l.plan.Templates[strings.TrimSuffix(path.Base(file), ".md")] = text
	}
}

var readEntries = []string{"bia", "exercises", "holidays", "people.yaml", "playbooks", "policy.yaml", "regimes.yaml", "scripts",
	"services", "teams.yaml", "templates", "vendors", "windows.yaml"}

// noteUnread points at files beside the plan's that look like parts of it: a
// misspelt file name would otherwise pass in silence.
func (l *loader) noteUnread() {
	entries, err := fs.ReadDir(l.fsys, ".")
	if err != nil {
		l.report(Error, codeUnreadable, Place{File: "."}, "", "The folder cannot be read: %s.", reason(err))
		return
	}
	known := append([]string{"scenarios"}, readEntries...)
	for _, e := range entries {
		name := e.Name()
		isYAML := strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
		switch near := nearest.Words(name, known); {
		case strings.HasPrefix(name, "."), slices.Contains(readEntries, name), name == "scenarios":
		case isYAML, e.IsDir() && len(near) > 0:
			l.report(Warning, codeIgnored, Place{File: name}, nearest.Sentence(name, known, "The files of a plan are "+list(readEntries)+"."),
				"It is not read: no part of a plan has this name.")
		}
	}
}
