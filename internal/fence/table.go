package fence

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Table is the import table. For each package the first row that fits holds.
type Table struct {
	rows  []row
	tests row // what test files may do beyond the row of their package
}

type row struct {
	packages patterns
	ours     patterns  // ".." stands for the parent and what its row allows
	others   libraries // of other people
	never    patterns  // packages of the standard library, or names such as time.Now
}

// patterns are package paths. A trailing "/..." takes in all that lies
// beneath; "*" stands for one part of a path.
type patterns []string

func (p patterns) match(pkg string) bool {
	return slices.ContainsFunc(p, func(pattern string) bool {
		if pattern == "..." {
			return true
		}
		if above, ok := strings.CutSuffix(pattern, "/..."); ok {
			return pkg == above || strings.HasPrefix(pkg, above+"/")
		}
		fits, _ := path.Match(pattern, pkg) // ReadTable has tried the pattern
		return fits
	})
}

// libraries are module paths, or "..." for any.
type libraries []string

func (l libraries) holds(imported string) bool {
	return slices.ContainsFunc(l, func(module string) bool {
		return module == "..." || imported == module || strings.HasPrefix(imported, module+"/")
	})
}

const testFiles = "*_test.go"

var code = regexp.MustCompile("`([^`]+)`")

// ReadTable finds the table in a Markdown page: the one whose first column is
// called "package". What counts in a cell stands in backticks; other words are
// for the reader.
func ReadTable(page string) (Table, error) {
	var t Table
	inside := false
	for i, line := range strings.Split(page, "\n") {
		cells := split(line)
		switch {
		case !inside:
			inside = len(cells) > 0 && strings.EqualFold(cells[0], "package")
			continue
		case len(cells) == 0:
			return t, t.check()
		case strings.Trim(cells[0], "-: ") == "":
			continue
		case len(cells) != 4:
			return t, fmt.Errorf("line %d: %d columns in the import table, want 4", i+1, len(cells))
		}
		r := row{packages: names(cells[0]), ours: names(cells[1]), others: names(cells[2]), never: names(cells[3])}
		if len(r.packages) == 0 {
			return t, fmt.Errorf("line %d: no package in backticks", i+1)
		}
		for _, pattern := range slices.Concat(r.packages, r.ours, r.never) {
			if _, err := path.Match(pattern, ""); err != nil {
				return t, fmt.Errorf("line %d: pattern %q: %w", i+1, pattern, err)
			}
		}
		if slices.Contains(r.packages, testFiles) {
			t.tests = r
			continue
		}
		t.rows = append(t.rows, r)
	}
	return t, t.check()
}

func (t Table) check() error {
	if len(t.rows) == 0 {
		return fmt.Errorf(`no import table: no row below a column called "package"`)
	}
	return nil
}

func split(line string) []string {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "|") || !strings.HasSuffix(line, "|") || len(line) < 2 {
		return nil
	}
	cells := strings.Split(line[1:len(line)-1], "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

func names(cell string) []string {
	var all []string
	for _, m := range code.FindAllStringSubmatch(cell, -1) {
		all = append(all, m[1])
	}
	return all
}

// rule returns the row that holds for a package, its ".." resolved.
func (t Table) rule(pkg string) (row, bool) {
	i := slices.IndexFunc(t.rows, func(r row) bool { return r.packages.match(pkg) })
	if i < 0 {
		return row{}, false
	}
	r := t.rows[i]
	at := slices.Index(r.ours, "..")
	if at < 0 {
		return r, true
	}
	parent := path.Dir(pkg)
	above, ok := t.rule(parent)
	if parent == "." || !ok {
		return row{}, false
	}
	r.ours = slices.Concat(r.ours[:at], r.ours[at+1:], patterns{parent}, above.ours)
	return r, true
}

// stale lists the packages that rows name in full and that are not there, and
// the libraries such rows allow without need.
func (t Table) stale(packages []string, imported map[string][]string) []string {
	var found []string
	for _, r := range t.rows {
		for _, p := range r.packages {
			if strings.ContainsAny(p, "*.") {
				continue
			}
			if !slices.Contains(packages, p) {
				found = append(found, p+" has a row and is not there")
				continue
			}
			for _, l := range r.others {
				if !slices.ContainsFunc(imported[p], libraries{l}.holds) {
					found = append(found, p+" may import "+l+" and does not")
				}
			}
		}
	}
	return found
}

// inTests is the rule for the test files of a package. The last column is
// theirs alone: a test may read a file where its package may not.
func (r row) inTests(tests row) row {
	return row{
		packages: r.packages,
		ours:     slices.Concat(r.ours, tests.ours),
		others:   slices.Concat(r.others, tests.others),
		never:    tests.never,
	}
}
