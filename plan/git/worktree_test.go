package git_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/plan"
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
	folder := filepath.Join(o.Work, "plan")
	differ(folder, "people.yaml", "scripts/failover", "services/dns.yaml")
	o.Commit("The plan")
	differ(folder)
	differ(o.Work)
	differ(filepath.Join(folder, "services"))

	o.Write("elsewhere/x.yaml", "x: 2\n")
	o.Write("plan/notes.swp", "x")
	o.Write("plan/README.md", "x")
	o.Write("plan/.cache/y.yaml", "x")
	differ(folder)
	o.Write("plan/services/dns.yaml", "id: dns # changed\n")
	o.Write("plan/services/san.yaml", "id: san\n")
	if err := os.Remove(filepath.Join(folder, "people.yaml")); err != nil {
		t.Fatal(err)
	}
	differ(folder, "people.yaml", "services/dns.yaml", "services/san.yaml")

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

func TestAFolderThatDiffersIsANoteAndNoError(t *testing.T) {
	if f, dirty := git.Dirty(nil); dirty {
		t.Errorf("nothing differs: %v", f)
	}
	for want, files := range map[string][]string{
		"It differs from": {"people.yaml"}, "It and another file differ from": {"people.yaml", "x.yaml"}, "It and 2 more files differ from": {"people.yaml", "x.yaml", "y.yaml"},
	} {
		f, dirty := git.Dirty(files)
		if !dirty || f.Code != "E_PLAN_DIRTY" || f.Level != plan.Note || f.File != "people.yaml" || !strings.HasPrefix(f.Message, want) {
			t.Errorf("%v: %+v", files, f)
		}
	}
}
