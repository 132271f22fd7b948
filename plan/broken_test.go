package plan

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the findings in testdata/broken")

// Each file in testdata/broken changes the small plan in testdata/base and
// states every finding that must come of it, under "findings". Lines above the
// first file say why, and may hold the directives of brokenPlan.
func TestEachBrokenPlanGivesExactlyItsFindings(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil || len(files) < 60 {
		t.Fatalf("want at least 60 broken plans, have %d (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive := readArchive(t, file)
			fsys, want := brokenPlan(t, archive)
			p, findings := LoadFS(fsys)
			if (p == nil) != HasErrors(findings) {
				t.Errorf("a plan came back: %t, errors: %t", p != nil, HasErrors(findings))
			}
			var got bytes.Buffer
			if err := WriteFindings(&got, findings, false); err != nil {
				t.Fatal(err)
			}
			if *update {
				archive.files["findings"] = got.Bytes()
				archive.write(t, file)
				return
			}
			if len(findings) == 0 {
				t.Error("nothing was found: the plan is not broken")
			}
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Errorf("findings differ (-want +got):\n%s", diff)
			}
		})
	}
}

// brokenPlan lays an archive over testdata/base. Directives in its comment:
// "remove: FILE ...", "crlf: FILE ...", "bom: FILE ...", "pad: FILE ..." (with
// a comment to more than 1 MiB).
func brokenPlan(t *testing.T, a archive) (fsys fstest.MapFS, want string) {
	t.Helper()
	fsys = fstest.MapFS{}
	base := os.DirFS("testdata/base")
	err := fs.WalkDir(base, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(base, name)
		fsys[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range a.files {
		if name != "findings" {
			fsys[name] = &fstest.MapFile{Data: data}
		}
	}
	for line := range strings.Lines(a.comment) {
		directive, names, _ := strings.Cut(line, ":")
		for _, name := range strings.Fields(names) {
			switch directive {
			case "remove":
				delete(fsys, name)
			case "crlf":
				fsys[name].Data = bytes.ReplaceAll(fsys[name].Data, []byte("\n"), []byte("\r\n"))
			case "bom":
				fsys[name].Data = append([]byte(byteOrderMark), fsys[name].Data...)
			case "pad":
				fsys[name].Data = append(fsys[name].Data, "# "+strings.Repeat("x", maxFile)...)
			}
		}
	}
	return fsys, string(a.files["findings"])
}

// An archive is several files in one: a comment, then "-- NAME --" lines, each
// before the file of that name.
type archive struct {
	comment string
	names   []string // in the order of the archive
	files   map[string][]byte
}

func readArchive(t *testing.T, file string) archive {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a, name := archive{files: map[string][]byte{}}, ""
	for line := range strings.Lines(string(data)) {
		next, found := strings.CutPrefix(line, "-- ")
		if next, closed := strings.CutSuffix(next, " --\n"); found && closed {
			name = next
			a.names, a.files[name] = append(a.names, name), []byte{}
		} else if name == "" {
			a.comment += line
		} else {
			a.files[name] = append(a.files[name], line...)
		}
	}
	return a
}

func (a archive) write(t *testing.T, file string) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(a.comment)
	for _, name := range append(slices.DeleteFunc(a.names, func(n string) bool { return n == "findings" }), "findings") {
		fmt.Fprintf(&b, "-- %s --\n%s", name, a.files[name])
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
