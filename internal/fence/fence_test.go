package fence

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const page = "docs/architecture.md"

func TestEveryImportIsInTheTable(t *testing.T) {
	root := os.DirFS("../..")
	text, err := os.ReadFile("../../" + page)
	if err != nil {
		t.Fatal(err)
	}
	table, err := ReadTable(string(text))
	if err != nil {
		t.Fatalf("%s: %v", page, err)
	}
	report, err := table.Check(root, "holdfast")
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Packages) < 10 {
		t.Errorf("only %d packages were seen: %v", len(report.Packages), report.Packages)
	}
	for _, f := range report.Findings {
		t.Errorf("%s\n\tthe import table of %s does not allow it", f, page)
	}
	for _, s := range report.Stale {
		t.Errorf("%s: %s", page, s)
	}
}

func TestTheFenceBites(t *testing.T) {
	text, err := os.ReadFile("testdata/tree/page.md")
	if err != nil {
		t.Fatal(err)
	}
	table, err := ReadTable(string(text))
	if err != nil {
		t.Fatal(err)
	}
	report, err := table.Check(os.DirFS("testdata/tree"), "example")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"domain/bad.go:4: domain may never import net/http",
		"domain/bad.go:7: domain may not import store",
		"domain/bad.go:8: domain may not import lib.example/other/sub, a library",
		"domain/bad.go:11: domain may never use time.Now",
		"domain/bad_test.go:6: domain may not import store",
		"domain/bad_test.go:9: domain may never use time.Sleep",
		"store/file/bad.go:4: store/file may not import domain",
		"store/redis/bad.go:3: store/redis may not import lib.example/disk, a library",
		"stray/stray.go:1: package stray has no row in the table",
	}
	if diff := cmp.Diff(want, report.Findings); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	stale := []string{"store may import lib.example/unused and does not", "gone has a row and is not there"}
	if diff := cmp.Diff(stale, report.Stale); diff != "" {
		t.Errorf("stale (-want +got)\n%s", diff)
	}
	packages := []string{"domain", "fault", "program", "store", "store/file", "store/redis", "store/storetest", "stray"}
	if diff := cmp.Diff(packages, report.Packages); diff != "" {
		t.Errorf("packages (-want +got)\n%s", diff)
	}
}

func TestAPageWithoutAUsableTableIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ page, want string }{
		"no table":          {"# Title\n\ntext\n", "no import table"},
		"no rows":           {"| package | a | b | c |\n|---|---|---|---|\n", "no import table"},
		"a column too few":  {"| package | a |\n|---|---|\n| `x` | `y` |\n", "line 3: 2 columns in the import table, want 4"},
		"no backticks":      {"| package | a | b | c |\n|---|---|---|---|\n| x | | | |\n", "line 3: no package in backticks"},
		"an unfinished set": {"| package | a | b | c |\n|---|---|---|---|\n| `[x` | | | |\n", `line 3: pattern "[x"`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadTable(test.page); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
