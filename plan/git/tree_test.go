package git_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"holdfast/plan"
)

// tree commits the work tree and hands its files to look.
func (s *site) tree(look func(fs.FS)) {
	s.Helper()
	s.options.Read = func(files fs.FS) (*plan.Plan, []plan.Finding) {
		look(files)
		return plan.Empty(), nil
	}
	s.Commit("Files")
	s.begin()
	s.looks()
}

func (s *site) link(target, name string) {
	s.Helper()
	path := filepath.Join(s.Work, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		s.Fatal(err)
	}
}

func TestTheTreeOfACommitIsAFileSystem(t *testing.T) {
	s := newSite(t)
	s.Write("a/b/c.yaml", "c: 1\n")
	s.Write("a/b.yaml", "b: 1\n")
	s.tree(func(files fs.FS) {
		if err := fstest.TestFS(files, "people.yaml", "services/dns.yaml", "a/b/c.yaml", "a/b.yaml"); err != nil {
			t.Error(err)
		}
		text, err := fs.ReadFile(files, "a/b/c.yaml")
		if err != nil || string(text) != "c: 1\n" {
			t.Errorf("got %q, %v", text, err)
		}
	})
}

func TestALargeFileIsNotHeldInMemory(t *testing.T) {
	s := newSite(t)
	s.Write("large.bin", strings.Repeat("0", 8<<20+1))
	s.Write("whole.bin", strings.Repeat("0", 8<<20))
	s.tree(func(files fs.FS) {
		if _, err := fs.ReadFile(files, "large.bin"); err == nil || !strings.Contains(err.Error(), "too large") {
			t.Errorf("got %v", err)
		}
		if text, err := fs.ReadFile(files, "whole.bin"); err != nil || len(text) != 8<<20 {
			t.Errorf("%d bytes, %v", len(text), err)
		}
	})
}

func TestLinksLeadNowhereOutside(t *testing.T) {
	s := newSite(t)
	s.Write("outside.yaml", "secret: 1\n")
	s.Write("plan/in.yaml", "in: 1\n")
	s.Write("plan/deep/er.yaml", "er: 1\n")
	s.options.Folder = "plan"
	for name, target := range map[string]string{
		"same.yaml": "in.yaml", "deep/up.yaml": "../in.yaml", "folder": "deep", "chain.yaml": "folder/up.yaml", "round.yaml": "deep/../deep/er.yaml",
		"out.yaml": "../outside.yaml", "far.yaml": "../../../../../../etc/passwd", "absolute.yaml": "/etc/passwd", "sneaky.yaml": "deep/../../outside.yaml", "over.yaml": "folder/../../outside.yaml",
		"windows.yaml": `..\outside.yaml`, "loop.yaml": "loop.yaml", "one.yaml": "two.yaml", "two.yaml": "one.yaml", "nothing.yaml": "gone.yaml",
	} {
		s.link(target, "plan/"+name)
	}
	s.tree(func(files fs.FS) {
		for name, want := range map[string]string{"same.yaml": "in: 1\n", "deep/up.yaml": "in: 1\n", "folder/er.yaml": "er: 1\n", "chain.yaml": "in: 1\n", "round.yaml": "er: 1\n", "folder/up.yaml": "in: 1\n"} {
			if text, err := fs.ReadFile(files, name); err != nil || string(text) != want {
				t.Errorf("%s holds %q, %v", name, text, err)
			}
		}
		for _, name := range []string{"out.yaml", "far.yaml", "absolute.yaml", "sneaky.yaml", "over.yaml", "windows.yaml", "loop.yaml", "one.yaml", "nothing.yaml", "../outside.yaml", "/in.yaml", "in.yaml/x", ""} {
			if text, err := fs.ReadFile(files, name); err == nil {
				t.Errorf("%s holds %q", name, text)
			}
		}
	})
}

func TestAPlanWithLinksOutOfItIsRefusedAsAFolderIs(t *testing.T) {
	s := newSite(t)
	s.link("/etc/passwd", "services/passwd.yaml")
	s.Commit("A link")
	s.begin()
	st := s.looks()
	if st.Refused == nil || st.Refused.Findings[0].Code != "E_PLAN_OUTSIDE" || st.Refused.Findings[0].File != "services/passwd.yaml" {
		t.Errorf("got %+v", st.Refused)
	}
}

func TestAFileThatIsTooLargeIsAFinding(t *testing.T) {
	s := newSite(t)
	s.Write("services/large.yaml", "# "+strings.Repeat("x", 50<<20)+"\n")
	s.Commit("Fifty megabytes")
	s.begin()
	st := s.looks()
	if st.Refused == nil || st.Refused.Findings[0].Code != "E_PLAN_SIZE" {
		t.Errorf("got %+v, %v", st.Refused, st.Err)
	}
}

func TestMoreThanAPlanCanBeIsNotTakenIn(t *testing.T) {
	s := newSite(t)
	s.Commit("The plan")
	s.options.Most = 1 << 20
	s.begin()
	good := s.looks()
	noise := make([]byte, 1<<20+1) // that no compression makes smaller
	state := uint64(88172645463325252)
	for i := range noise {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		noise[i] = byte(state)
	}
	s.Write("noise.bin", string(noise))
	s.Commit("Too much")
	err := s.Look(t.Context())
	if err == nil || !strings.Contains(err.Error(), "it sends more than 1 MiB") {
		t.Errorf("got %v", err)
	}
	if st := s.Standing(); st.Commit != good.Commit || st.Err == nil {
		t.Errorf("got %+v", st)
	}
	left, err := filepath.Glob(filepath.Join(s.options.Dir, "incoming*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
