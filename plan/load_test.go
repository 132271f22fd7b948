package plan

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// onDisk writes testdata/base into a folder that a test may spoil.
func onDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/base")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func codes(findings []Finding) []string {
	return ids(findings, func(f Finding) string { return string(f.Level) + " " + f.Code + " " + f.File })
}

func TestAFolderThatCannotBeReadIsNoPlan(t *testing.T) {
	for what, dir := range map[string]string{
		"a folder that is not there": filepath.Join(t.TempDir(), "nowhere"),
		"a file":                     "testdata/base/people.yaml",
	} {
		p, findings := Load(dir)
		if p != nil || ExitCode(findings) != 2 {
			t.Errorf("%s: plan %v, exit code %d, want none and 2", what, p, ExitCode(findings))
		}
		if !strings.Contains(findings[0].Message, filepath.Base(dir)) {
			t.Errorf("%s is not named in %q", what, findings[0].Message)
		}
	}
}

func TestLinksAreFollowedOnlyInsideThePlan(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(outside, []byte("id: stolen\ntier: 1\nrto: 1h\nteam: dba\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		link, target string
		want         []string
	}{
		"a link out of the plan":          {"services/x.yaml", outside, []string{"error E_PLAN_OUTSIDE services/x.yaml"}},
		"a link up and out":               {"services/x.yaml", "../../../../etc/passwd", []string{"error E_PLAN_OUTSIDE services/x.yaml"}},
		"a folder that is a link out":     {"templates", filepath.Dir(outside), []string{"error E_PLAN_OUTSIDE templates"}},
		"a link to nothing":               {"services/x.yaml", "gone.yaml", []string{"error E_PLAN_MISSING services/x.yaml"}},
		"an optional file that is broken": {"policy.yaml", "gone.yaml", []string{"error E_PLAN_MISSING policy.yaml"}},
		"a folder under a file's name":    {"services/x.yaml", "../services", []string{"error E_PLAN_UNREADABLE services/x.yaml"}},
		"a link within the plan is fine":  {"templates/a.md", "../teams.yaml", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := onDisk(t)
			link := filepath.Join(dir, test.link)
			_ = os.MkdirAll(filepath.Dir(link), 0o755)
			_ = os.Remove(link)
			if err := os.Symlink(test.target, link); err != nil {
				t.Fatal(err)
			}
			_, findings := Load(dir)
			if got := codes(findings); !slices.Equal(got, test.want) {
				t.Errorf("findings %q, want %q", got, test.want)
			}
		})
	}
}

func TestTheCommitNamesTheContentOfThePlan(t *testing.T) {
	base, _ := Load("testdata/base")
	again, _ := Load(onDisk(t))
	if base.Commit != again.Commit || !regexp.MustCompile(`^sha256:[0-9a-f]{12}$`).MatchString(base.Commit) {
		t.Fatalf("the same files are %q and %q", base.Commit, again.Commit)
	}
	tests := map[string]struct {
		spoil func(dir string) error
		same  bool
	}{
		"another value": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "policy.yaml"), []byte("zone: UTC\n"), 0o644)
		}, false},
		"another name": {func(dir string) error {
			return os.Rename(filepath.Join(dir, "services/san.yaml"), filepath.Join(dir, "services/sto.yaml"))
		}, false},
		"Windows line ends": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "policy.yaml"), []byte("zone: Europe/London\r\n"), 0o644)
		}, true},
		"a file that is not the plan's": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "NOTES.txt"), []byte("x"), 0o644)
		}, true},
	}
	for name, test := range tests {
		dir := onDisk(t)
		if err := test.spoil(dir); err != nil {
			t.Fatal(err)
		}
		p, findings := Load(dir)
		if p == nil {
			t.Fatalf("%s: %v", name, findings)
		}
		if (p.Commit == base.Commit) != test.same {
			t.Errorf("%s: the commit is the same: %t, want %t", name, p.Commit == base.Commit, test.same)
		}
	}
}

func TestWhatThePlanLeavesOutIsFilled(t *testing.T) {
	p, _ := Load("testdata/base")
	db, _ := p.Service("db")
	dba, _ := p.Team("dba")
	dan, _ := p.Person("dan")
	for what, ok := range map[string]bool{
		"a service's name is its id":           db.Name == "db",
		"an RPO that is given is known":        db.HasRPO,
		"one that is not is inherited":         func() bool { san, _ := p.Service("san"); return !san.HasRPO }(),
		"the pager knows a team by its id":     dba.PageTo == "dba",
		"a person in no group is a responder":  dan.In("responders") && !dan.In("commanders"),
		"the folder is kept":                   p.Dir == "testdata/base",
		"settings that are not made are known": p.Policy.TitleMax == 200,
		"settings that are made hold":          p.Policy.Zone == "Europe/London",
	} {
		if !ok {
			t.Errorf("%s: not so", what)
		}
	}
}

func TestEveryCodeIsReachedAndExplained(t *testing.T) {
	// The first two need a disk, see above, the others a clock, see stale_test.go.
	reached := map[string]bool{codeUnreadable: true, codeOutside: true, codeStale: true, codeContacts: true, codeFuture: true}
	files, _ := filepath.Glob("testdata/broken/*.txtar")
	for _, file := range files {
		fsys, _ := brokenPlan(t, readArchive(t, file))
		_, findings := LoadFS(fsys)
		for _, f := range findings {
			reached[f.Code] = true
		}
	}
	explained := ids(Codes, func(c CodeMeaning) string { return c.Code })
	slices.Sort(explained)
	if got := slices.Sorted(maps.Keys(reached)); !slices.Equal(got, explained) {
		t.Errorf("codes reached:   %q\ncodes explained: %q", got, explained)
	}
}

func TestNoFindingRepeatsASecret(t *testing.T) {
	secrets := []string{
		"AKIAIOSFODNN7EXAMPLE", "ghp_0123456789abcdefghijABCDEFGHIJ012345", "xoxb-123456789012-abcdefghijkl",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.c2lnbmF0dXJl", "postgres://app:hunter22secret@db/x", "password=Tr0ub4dorAnd3",
		"eyJ" + strings.Repeat("hbGciOiJ", 20) + ".eyJ" + strings.Repeat("zdWIiOiI", 20) + ".c2lnbmF0dXJl",
		"Bearer abcdefghijklmnop1234", "github_pat_" + strings.Repeat("A1b2", 20),
	}
	places := []string{
		"id: %\n", "id: db\ntier: %\nrto: %\nteam: \"%\"\n", "\"%\": 1\n", "id: db\ndeps: [{to: \"%\", kind: \"%\"}]\n", "id: *%\n", "id: !%\n", "- \"%\n",
	}
	for _, secret := range secrets {
		core := secret[strings.LastIndexAny(secret, ":= ")+1:]
		for _, where := range places {
			fsys := fstest.MapFS{"services/db.yaml": {Data: []byte(strings.ReplaceAll(where, "%", secret))}}
			_, findings := LoadFS(fsys)
			found := false
			for _, f := range findings {
				found = found || f.Code == codeSecret
				if strings.Contains(f.String(), core[:min(len(core), 12)]) || strings.Contains(f.String(), "hunter22") {
					t.Errorf("%q in %q is repeated: %s", secret, where, f)
				}
			}
			if !found {
				t.Errorf("%q in %q is not found", secret, where)
			}
		}
	}
}

func TestOnlyTheFirstOfManyWrongNamesAreGuessedAt(t *testing.T) {
	var members []string
	for i := range maxGuesses + 50 {
		members = append(members, fmt.Sprintf("person-%d", i))
	}
	fsys := fstest.MapFS{
		"people.yaml": {Data: []byte("people: [{id: person-x}]\n")},
		"teams.yaml":  {Data: []byte("teams: [{id: dba, members: [" + strings.Join(members, ", ") + "]}]\n")},
	}
	_, findings := LoadFS(fsys)
	unknown, guessed := 0, 0
	for _, f := range findings {
		if f.Code == codeUnknownID {
			unknown++
		}
		if strings.Contains(f.Fix, "Did you mean") {
			guessed++
		}
	}
	if unknown != len(members) || guessed != maxGuesses {
		t.Errorf("%d of %d wrong names are reported, %d with a guess; want all, and %d", unknown, len(members), guessed, maxGuesses)
	}
}
