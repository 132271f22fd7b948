package git_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"holdfast/plan/git"
	"holdfast/plan/git/gittest"
)

func TestFilesThatAreNotCommittedAreNamed(t *testing.T) {
	o := gittest.New(t)
	differ := func(dir string, want ...string) {
		t.Helper()
		got, err := git.Uncommitted(dir)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	o.Write("plan/people.yaml", "people: []\n")
	o.Write("plan/services/dns.yaml", "id: dns\n")
	o.Write("plan/scripts/failover", "#!/bin/sh\n")
	o.Write("elsewhere/x.yaml", "x: 1\n")
	plan := filepath.Join(o.Work, "plan")
	differ(plan, "people.yaml", "scripts/failover", "services/dns.yaml")
	o.Commit("The plan")
	differ(plan)
	differ(o.Work)
	differ(filepath.Join(plan, "services"))

	o.Write("elsewhere/x.yaml", "x: 2\n")
	o.Write("plan/notes.swp", "x")
	o.Write("plan/README.md", "x")
	o.Write("plan/.cache/y.yaml", "x")
	differ(plan)
	o.Write("plan/services/dns.yaml", "id: dns # changed\n")
	o.Write("plan/services/san.yaml", "id: san\n")
	if err := os.Remove(filepath.Join(plan, "people.yaml")); err != nil {
		t.Fatal(err)
	}
	differ(plan, "people.yaml", "services/dns.yaml", "services/san.yaml")

	beside := filepath.Join(t.TempDir(), "beside") // a second work tree of the same repository
	o.Git("worktree", "add", "--quiet", beside)
	differ(filepath.Join(beside, "plan"))
	if err := os.WriteFile(filepath.Join(beside, "plan", "people.yaml"), []byte("people:\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	differ(filepath.Join(beside, "plan"), "people.yaml")

	differ(t.TempDir()) // in no work tree
	if _, err := git.Uncommitted(filepath.Join(o.Work, "nowhere")); err == nil {
		t.Error("a folder that is not there has nothing to commit")
	}
}
