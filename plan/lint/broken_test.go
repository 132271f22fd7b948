package lint

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"holdfast/plan"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the findings in testdata/broken")

// Each file in testdata/broken changes the small plan of the loader's tests and
// states every finding that must come of it, under "findings". The lines above
// the first file say why, with the arithmetic.
func TestEachBrokenPlanGivesExactlyItsFindings(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil || len(files) < 15 {
		t.Fatalf("want at least 15 broken plans, have %d (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fsys, want := fstest.MapFS{}, ""
			laid(t, fsys, "../testdata/base")
			for _, f := range archive.Files {
				if f.Name == "findings" {
					want = string(f.Data)
					continue
				}
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			p, findings := LoadFS(fsys)
			if (p == nil) != plan.HasErrors(findings) {
				t.Errorf("a plan came back: %t, errors: %t", p != nil, plan.HasErrors(findings))
			}
			var got bytes.Buffer
			if err := plan.WriteFindings(&got, findings, false); err != nil {
				t.Fatal(err)
			}
			if *update {
				archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "findings" })
				archive.Files = append(archive.Files, txtar.File{Name: "findings", Data: got.Bytes()})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got.String()); diff != "" || len(findings) == 0 {
				t.Errorf("findings differ (-want +got):\n%s", diff)
			}
		})
	}
}

// laid copies a folder.
func laid(t *testing.T, into fstest.MapFS, dir string) {
	t.Helper()
	base := os.DirFS(dir)
	err := fs.WalkDir(base, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(base, name)
		into[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
