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
	names := []string{"services/san.yaml", "people.yaml", "teams.yaml", "policy.yaml", "templates/x.md",
		"bia/x.yaml", "windows.yaml", "regimes.yaml", "holidays/x.txt", "playbooks/a/x.yaml", "vendors/x.yaml", "exercises/x.yaml", "scripts/x"}
	seeds, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for i, pattern := range names {
		whole, err := filepath.Glob(filepath.Join("../examples/northbridge", filepath.Dir(pattern), "*"+filepath.Ext(pattern)))
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range whole {
			if data, err := os.ReadFile(name); err == nil && len(data) < 1<<16 {
				f.Add(uint8(i), data)
			}
		}
	}
	for _, seed := range seeds {
		data, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		before := ""
		for _, part := range strings.Split(string(data), " --\n") {
			text, next, _ := strings.Cut(part, "\n-- ")
			f.Add(uint8(max(0, slices.IndexFunc(names, func(name string) bool {
				return filepath.Dir(name) == filepath.Dir(before) && filepath.Ext(name) == filepath.Ext(before)
			}))), []byte(text))
			before = next
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

// Amounts, days, instants, percentages, business days and times of a day: what
// is read can be written and read again as the same, and nothing else is read.
func FuzzScalars(f *testing.F) {
	for _, seed := range []string{"60000", "83.50", "0.1", "-5", "1e3", "NaN", "20%", "2/3", "1/0", "2026-12-25", "2026-02-30", "2026-10-30T18:00Z",
		"2026-10-30T18:00:00.5+01:00", "2026-10-30T18:00", "0000-01-01", "WD-2..WD+5", "WD0..WD1", "WD-15..WD+15", "00:00-24:00", "23:59-24:01", "9:00-17:00", "\u0661"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if m, ok := parseAmount(s); ok {
			if again, ok := parseAmount(m.String()); !ok || again != m || m < 0 {
				t.Errorf("the amount %q is %d, written %q", s, m, m)
			}
		}
		if x, ok := parseShare(s); ok && !(x >= 0 && x <= 100) {
			t.Errorf("the share %q is %v", s, x)
		}
		if d, ok := ParseDay(s); ok && d.String() != s {
			t.Errorf("the day %q is written %q", s, d)
		}
		if at, ok, bare := parseInstant(s); ok && (bare || !sensible(at) || !strings.ContainsAny(s[10:], "Z+-")) {
			t.Errorf("the instant %q is %v, bare %t", s, at, bare)
		}
		if days, ok := parseBusinessDays(s); ok && (days.From == 0 || days.To == 0 || days.From > days.To || days.To > 15 || days.From < -15) {
			t.Errorf("the business days %q are %+v", s, days)
		}
		if hours, ok := parseDaily(s); ok && (hours.From < 0 || hours.From >= hours.To || hours.To > 1440) {
			t.Errorf("the times %q are %+v", s, hours)
		}
	})
}
