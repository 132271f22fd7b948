package plan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Whatever a file holds, the loader answers: a plan or an error, never both;
// each finding is one printable line that points into the file; and the same
// files give the same answer.
func FuzzLoad(f *testing.F) {
	names := []string{"services/san.yaml", "people.yaml", "teams.yaml", "policy.yaml", "templates/x.md"}
	seeds, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range seeds {
		data, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		for i, part := range strings.Split(string(data), " --\n") {
			part, _, _ = strings.Cut(part, "\n-- ")
			f.Add(uint8(i), []byte(part))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		file := names[int(which)%len(names)]
		fsys := fstest.MapFS{}
		for _, name := range append(names[:4:4], "services/db.yaml") {
			base, err := os.ReadFile(filepath.Join("testdata/base", name))
			if err != nil {
				t.Fatal(err)
			}
			fsys[name] = &fstest.MapFile{Data: base}
		}
		fsys[file] = &fstest.MapFile{Data: data}

		p, findings := LoadFS(fsys)
		if (p == nil) != HasErrors(findings) {
			t.Fatalf("a plan came back: %t; findings: %v", p != nil, findings)
		}
		lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + strings.Count(string(data), "\u0085") +
			strings.Count(string(data), "\u2028") + strings.Count(string(data), "\u2029") + 2
		for _, finding := range findings {
			text := finding.String()
			if what, odd := forbidden(text); odd || strings.ContainsAny(text, "\n\t") {
				t.Errorf("finding %q holds %s", text, what)
			}
			if finding.File == file && (finding.Line < 0 || finding.Line > lines) {
				t.Errorf("finding %q points behind the file's %d lines", text, lines)
			}
		}
		if _, again := LoadFS(fsys); !slices.Equal(findings, again) {
			t.Errorf("the second reading found %v, the first %v", again, findings)
		}
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"90s", "5m", "1h30m", "2d", "36500d", "", "90", "1.5h", "-5m", "5m1h", "99999999999d", "1h1h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDuration(s)
		if err != nil {
			return
		}
		if d < 0 || d > maxDuration {
			t.Fatalf("%q is %v", s, d)
		}
		if again, err := ParseDuration(FormatDuration(d)); err != nil || again != d {
			t.Errorf("%q is %v, written %q, read again %v (%v)", s, d, FormatDuration(d), again, err)
		}
	})
}
