package git_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/internal/fault"
	"holdfast/plan/git"
)

func proposal() git.Proposal {
	return git.Proposal{Name: "shorter-rto", Author: "Olga <Olsen>\nparent 0", Mail: "olga@northbridge.example", Message: "Shorten the RTO of db-payments\n\nAsked for in the review.",
		At: time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC), Files: map[string][]byte{
			"services/db-payments.yaml": []byte("id: db-payments\n"), "notes/new.md": []byte("x\n"), "services/mq.yaml": nil,
		}}
}

func TestAProposalIsNoPlanUntilItIsMerged(t *testing.T) {
	s := newSite(t)
	first := s.Commit("The plan")
	s.begin()
	s.looks()
	p := proposal()
	p.Files = map[string][]byte{"services/README.md": []byte("x\n")}
	_, commit, err := s.Propose(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{commit, commit[:8]} {
		if _, err := s.At(name); fault.CodeOf(err) != fault.CommitMissing {
			t.Errorf("what was proposed can be gone by: %v", err)
		}
	}
	s.Git("fetch", "--quiet", "origin")
	s.Git("reset", "--quiet", "--hard", "origin/holdfast/shorter-rto")
	s.Commit("Merged")
	s.looks()
	if p, err := s.At(commit); err != nil || p.Commit != commit {
		t.Errorf("merged it cannot be read: %v", err)
	}
	s.Git("reset", "--quiet", "--hard", first)
	s.Write("services/README.md", "y")
	s.Commit("As if nothing had been")
	if st := s.looks(); st.Rewritten == nil {
		t.Fatalf("got %+v", st)
	}
	s.begin() // nothing is remembered
	if _, err := s.At(commit); err != nil {
		t.Errorf("what was in force cannot be read since the branch was rewritten: %v", err)
	}
}

func TestAProposalIsABranchOfItsOwnByItsAuthor(t *testing.T) {
	s := newSite(t)
	head := s.Commit("The plan")
	s.begin()
	s.looks()
	branch, commit, err := s.Propose(t.Context(), proposal())
	if err != nil {
		t.Fatal(err)
	}
	s.Git("fetch", "--quiet", "origin")
	is := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s is %q, want %q", what, got, want)
		}
	}
	is("the branch", branch, "holdfast/shorter-rto")
	is("its commit", s.Git("rev-parse", "origin/holdfast/shorter-rto"), commit)
	is("what it is made on", s.Git("rev-parse", commit+"^"), head)
	is("the plan's branch", s.Git("rev-parse", "origin/main"), head)
	is("its author", s.Git("log", "-1", "--format=%an <%ae>, %cn", commit), "Olga Olsen parent 0 <olga@northbridge.example>, Holdfast")
	is("its words", s.Git("log", "-1", "--format=%B", commit), "Shorten the RTO of db-payments\n\nAsked for in the review.")
	is("what it changes", s.Git("diff", "--name-status", head, commit), "A\tnotes/new.md\nM\tservices/db-payments.yaml\nD\tservices/mq.yaml")
	s.Git("fsck", "--strict", commit)

	// Pushed again it is the same, also when the plan has moved on meanwhile.
	s.Write("services/README.md", "x")
	s.Commit("Something")
	for range 2 {
		if _, again, err := s.Propose(t.Context(), proposal()); err != nil || again != commit {
			t.Errorf("again it is %s, %v", again, err)
		}
	}
	elsewhere := s.options // another replica, which has not made it
	elsewhere.Dir = t.TempDir()
	there, err := git.NewFollower(elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	if _, again, err := there.Propose(t.Context(), proposal()); err != nil || again != commit {
		t.Errorf("from another replica it is %s, %v", again, err)
	}
	other := proposal()
	other.Message = "Something else"
	if _, _, err := s.Propose(t.Context(), other); fault.CodeOf(err) != fault.NotOpen || !strings.Contains(err.Error(), "shorter-rto already") {
		t.Errorf("another one of the name gives %v", err)
	}
}

func TestAProposalInAFolderChangesThatFolder(t *testing.T) {
	s := newSite(t)
	s.Write("continuity/people.yaml", "people: []\n")
	head := s.Commit("The plan")
	s.options.Folder = "continuity"
	s.begin()
	p := proposal()
	p.Files = map[string][]byte{"services/new.yaml": []byte("id: new\n")}
	_, commit, err := s.Propose(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	s.Git("fetch", "--quiet", "origin")
	if got := s.Git("diff", "--name-status", head, commit); got != "A\tcontinuity/services/new.yaml" {
		t.Errorf("it changes %q", got)
	}
}

func TestAProposalThatCannotBeMadeIsRefused(t *testing.T) {
	s := newSite(t)
	s.Commit("The plan")
	s.options.Branch = "main"
	s.begin()
	for sentence, test := range map[string]struct {
		change func(*git.Proposal)
		code   fault.Code
	}{
		"a name that leads elsewhere":         {func(p *git.Proposal) { p.Name = "../main" }, fault.Range},
		"no name":                             {func(p *git.Proposal) { p.Name = "" }, fault.Range},
		"a name with a stroke":                {func(p *git.Proposal) { p.Name = "a/b" }, fault.Range},
		"a file outside":                      {func(p *git.Proposal) { p.Files = map[string][]byte{"../x": nil} }, fault.Range},
		"an absolute file":                    {func(p *git.Proposal) { p.Files = map[string][]byte{"/etc/passwd": nil} }, fault.Range},
		"nothing changed":                     {func(p *git.Proposal) { p.Files = nil }, fault.NotOpen},
		"a file that is not there taken away": {func(p *git.Proposal) { p.Files = map[string][]byte{"nothing.yaml": nil} }, fault.NotOpen},
	} {
		p := proposal()
		test.change(&p)
		if _, _, err := s.Propose(t.Context(), p); fault.CodeOf(err) != test.code {
			t.Errorf("%s: got %v, want %s", sentence, err, test.code)
		}
	}
	if got := s.Git("ls-remote", "--heads", "origin"); strings.Count(got, "\n") != 0 {
		t.Errorf("there are branches:\n%s", got)
	}
}

func TestTheBranchOfThePlanIsNeverProposedTo(t *testing.T) {
	s := newSite(t)
	s.Commit("The plan")
	s.Git("push", "--quiet", "origin", "HEAD:refs/heads/holdfast/plan")
	s.options.Branch = "holdfast/plan"
	s.begin()
	p := proposal()
	p.Name = "plan"
	if _, _, err := s.Propose(t.Context(), p); fault.CodeOf(err) != fault.Range {
		t.Errorf("got %v", err)
	}
}

func TestAnEditIsMadeOnWhatThePlansBranchSays(t *testing.T) {
	s := newSite(t)
	s.Commit("The plan")
	s.begin()
	s.looks()
	s.Write("services/mq.yaml", "id: mq\nrto: 1h\n")
	head := s.Commit("Somebody else was faster")
	p := proposal()
	p.Files, p.Edits = nil, map[string]func([]byte) ([]byte, error){"services/mq.yaml": func(text []byte) ([]byte, error) {
		return []byte(strings.Replace(string(text), "1h", "2h", 1)), nil
	}}
	_, commit, err := s.Propose(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	s.Git("fetch", "--quiet", "origin")
	if got := s.Git("show", commit+":services/mq.yaml"); got != "id: mq\nrto: 2h" || s.Git("rev-parse", commit+"^") != head {
		t.Errorf("the file becomes %q", got)
	}
	p.Name, p.Edits = "gone", map[string]func([]byte) ([]byte, error){"services/none.yaml": func(text []byte) ([]byte, error) { return text, nil }}
	if _, _, err := s.Propose(t.Context(), p); fault.CodeOf(err) != fault.NotOpen {
		t.Errorf("a file that is not there: %v", err)
	}
}
