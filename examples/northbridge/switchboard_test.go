package northbridge_test

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// brokenVariable names the breakage that a program has; without it it has none.
const brokenVariable = "HOLDFAST_BROKEN"

// What a package with breakages is given: whether one is turned on, and a choice
// between what is right and what is wrong.
const switches = `package %s

import "os"

var brokenRule = os.Getenv(%q)

func isBroken(rule string) bool { return brokenRule == rule }

func brokenOr[T any](rule string, wrong, right T) T {
	if isBroken(rule) {
		return wrong
	}
	return right
}
`

// An overlay lays files over the tree: by the path of the original.
type overlay struct {
	dir   string
	files map[string]string
}

func (o overlay) lay(t *testing.T, original, text string) {
	t.Helper()
	path := filepath.Join(o.dir, fmt.Sprintf("%d.go", len(o.files)))
	write(t, path, text)
	o.files[original] = path
}

// build builds the program with the overlay over it.
func (o overlay) build(t *testing.T) (path string, err error) {
	t.Helper()
	replace, err := json.Marshal(map[string]map[string]string{"Replace": o.files})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(o.dir, "overlay.json")
	write(t, list, string(replace))
	// Without optimisation the compiler needs two thirds of the time.
	return build(o.dir, "-overlay", list, "-gcflags=holdfast/...=-N -l", "./cmd/holdfast")
}

// switchboard builds one program with all breakages that can stand behind a
// switch, and says which cannot. What the compiler does not take behind one is
// left out and the build begun again.
func switchboard(t *testing.T, all []breakage) (program string, alone map[string]bool) {
	t.Helper()
	alone = map[string]bool{}
	for _, b := range all {
		if _, can := b.switched(); !can {
			alone[b.name] = true
		}
	}
	for range all {
		o, lines := together(t, all, alone)
		program, err := o.build(t)
		if err == nil {
			t.Logf("%d of %d breakages share one build", len(all)-len(alone), len(all))
			return program, alone
		}
		if !o.refuse(err, lines, alone) {
			t.Fatal(err)
		}
	}
	t.Fatal("no breakage can stand behind a switch")
	return "", nil
}

// together lays the files over the tree with every breakage in them that is not
// alone. lines says which breakage a line of such a file is.
func together(t *testing.T, all []breakage, alone map[string]bool) (o overlay, lines map[string]string) {
	t.Helper()
	o, lines = overlay{t.TempDir(), map[string]string{}}, map[string]string{}
	texts := map[string][]string{}
	for _, b := range all {
		path := b.path(t)
		if texts[path] == nil {
			texts[path] = strings.Split(textOf(t, path), "\n")
		}
		at := b.find(t, texts[path])
		line := path + ":" + strconv.Itoa(at+1)
		if lines[line] != "" {
			alone[b.name] = true // two of the same line
		}
		if !alone[b.name] {
			lines[line] = b.name
		}
	}
	for _, b := range all {
		if path := b.path(t); !alone[b.name] {
			at := b.find(t, texts[path])
			text, _ := b.switched()
			texts[path][at] = text
		}
	}
	packages := map[string]bool{}
	for path, text := range texts {
		whole := strings.Join(text, "\n")
		f, err := parser.ParseFile(token.NewFileSet(), path, whole, parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		o.lay(t, path, whole)
		if dir := filepath.Dir(path); !packages[dir] {
			packages[dir] = true
			o.lay(t, filepath.Join(dir, "broken_rules.go"), fmt.Sprintf(switches, f.Name.Name, brokenVariable))
		}
	}
	return o, lines
}

var compiled = regexp.MustCompile(`(?m)^(\S+\.go):(\d+):\d+: `)

// refuse takes the breakages out that the compiler has named, by the file in the
// tree or by the one that lies over it, and says whether there were any.
func (o overlay) refuse(err error, lines map[string]string, alone map[string]bool) (some bool) {
	for _, m := range compiled.FindAllStringSubmatch(err.Error(), -1) {
		path := m[1]
		if !filepath.IsAbs(path) {
			path, _ = filepath.Abs(filepath.Join(root, path))
		}
		for original, over := range o.files {
			if over == path {
				path = original
			}
		}
		if name := lines[path+":"+m[2]]; name != "" {
			alone[name], some = true, true
		}
	}
	return some
}

var assigned = regexp.MustCompile(`^([\w.]+(?:, [\w.]+)*) (:?=) `)

// switched writes the line so that it is right or wrong by the switch, where it
// is of a form that allows it.
func (b breakage) switched() (text string, can bool) {
	name := strconv.Quote(b.name)
	either := func(right, wrong string) string {
		return "isBroken(" + name + ") && (" + wrong + ") || !isBroken(" + name + ") && (" + right + ")"
	}
	for _, frame := range [][2]string{{"if ", " {"}, {"} else if ", " {"}, {"case ", ":"}} {
		right, ok := between(b.line, frame)
		wrong, also := between(b.with, frame)
		if !ok || !also {
			continue
		}
		before, condition := lastPart(right)
		other, broken := lastPart(wrong)
		if before != other {
			return "", false
		}
		return frame[0] + before + either(condition, broken) + frame[1], true
	}
	if right, ok := between(b.line, [2]string{"for ", " {"}); ok {
		loop, over, ranges := strings.Cut(right, " range ")
		wrong, _ := between(b.with, [2]string{"for ", " {"})
		if other, broken, also := strings.Cut(wrong, " range "); ranges && also && other == loop {
			return "for " + loop + " range brokenOr(" + name + ", " + broken + ", " + over + ") {", true
		}
		return "", false
	}
	if strings.HasSuffix(b.line, "{") || strings.HasSuffix(b.with, "{") || strings.HasSuffix(b.line, ",") || strings.HasPrefix(b.line, "func ") || strings.HasPrefix(b.line, "var ") {
		return "", false
	}
	if strings.HasPrefix(b.line, "return ") {
		return "if isBroken(" + name + ") { " + b.with + " }; " + b.line, true
	}
	if m := assigned.FindStringSubmatch(b.line); m != nil && m[2] == ":=" {
		broken, same := strings.CutPrefix(b.with, m[0])
		return m[0] + "brokenOr(" + name + ", " + broken + ", " + strings.TrimPrefix(b.line, m[0]) + ")", same
	}
	return "if isBroken(" + name + ") { " + b.with + " } else { " + b.line + " }", true
}

// between returns what stands between the ends of a line.
func between(line string, ends [2]string) (inside string, ok bool) {
	rest, begins := strings.CutPrefix(line, ends[0])
	inside, closes := strings.CutSuffix(rest, ends[1])
	return inside, begins && closes
}

// lastPart cuts "x := f(); x > 1" behind the semicolon.
func lastPart(clause string) (before, condition string) {
	if i := strings.LastIndex(clause, "; "); i >= 0 {
		return clause[:i+2], clause[i+2:]
	}
	return "", clause
}

// build lays the broken file over the tree and builds a program with this
// breakage alone.
func (b breakage) build(t *testing.T) string {
	t.Helper()
	path := b.path(t)
	lines := strings.Split(textOf(t, path), "\n")
	lines[b.find(t, lines)] = b.with
	o := overlay{t.TempDir(), map[string]string{}}
	o.lay(t, path, strings.Join(lines, "\n"))
	program, err := o.build(t)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// path is the absolute path of the file.
func (b breakage) path(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, b.file))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// find returns where the line is among the lines of its file.
func (b breakage) find(t *testing.T, lines []string) (at int) {
	t.Helper()
	hits := 0
	for i, l := range lines {
		if strings.TrimSpace(l) == b.line {
			at, hits = i, hits+1
		}
	}
	if hits != 1 {
		t.Fatalf("%s: %s has this line %d times; it should be there once:\n\t%s", b.name, b.file, hits, b.line)
	}
	return at
}

func textOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
