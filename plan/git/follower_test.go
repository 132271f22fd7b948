package git_test

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
	"holdfast/plan"
	"holdfast/plan/git"
	"holdfast/plan/git/gittest"
)

const northbridge = "../../examples/northbridge"

// site is a plan's repository served by git's daemon, and whoever follows it.
type site struct {
	*testing.T
	*gittest.Origin
	daemon  *gittest.Daemon
	clock   *clock.Manual
	options git.Options
	*git.Follower
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{T: t, Origin: gittest.New(t), clock: clock.NewManual(time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC))}
	s.Fill(northbridge)
	s.daemon = s.Serve()
	dial, err := outbound.NewDialer(outbound.Options{Allow: []string{"127.0.0.1"}, Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	s.options = git.Options{URL: s.daemon.URL(), Branch: "main", Dir: filepath.Join(t.TempDir(), "copy"), Dial: dial, Read: read, Now: s.clock.Now}
	return s
}

func read(files fs.FS) (*plan.Plan, []plan.Finding) { return plan.LoadFS(files) }

// begin opens the copy, as a start of the program does.
func (s *site) begin() {
	s.Helper()
	f, err := git.NewFollower(s.options)
	if err != nil {
		s.Fatal(err)
	}
	s.Follower = f
}

func (s *site) looks() git.Standing {
	s.Helper()
	if err := s.Look(s.Context()); err != nil {
		s.Fatal(err)
	}
	return s.Standing()
}

func TestAGoodCommitComesIntoForceAndABadOneDoesNot(t *testing.T) {
	s := newSite(t)
	first := s.Commit("The plan")
	s.begin()
	if s.Plan() != nil {
		t.Fatal("a plan is in force before anybody has looked")
	}
	if st := s.looks(); st.Commit != first || s.Plan().Commit != first || st.Behind != 0 || st.Refused != nil {
		t.Fatalf("got %+v", st)
	}
	folder, _ := plan.Load(northbridge)
	if len(s.Plan().Services) != len(folder.Services) || len(s.Plan().People) != len(folder.People) {
		t.Errorf("got %d services and %d people, want those of the folder", len(s.Plan().Services), len(s.Plan().People))
	}

	s.Write("services/odd.yaml", "id: odd\nrto: 4 hours or so\n")
	bad := s.Commit("A slip")
	s.clock.Add(time.Hour)
	st := s.looks()
	if st.Commit != first || st.Head != bad || st.Behind != 1 || st.Refused == nil || st.Refused.Commit != bad {
		t.Fatalf("got %+v", st)
	}
	if len(st.Refused.Findings) == 0 || st.Refused.Findings[0].File != "services/odd.yaml" {
		t.Errorf("refused with %v", st.Refused.Findings)
	}
	if want := s.clock.Now().Add(-time.Hour); !st.Current.Equal(want) || !st.Looked.Equal(s.clock.Now()) {
		t.Errorf("current %v, looked %v", st.Current, st.Looked)
	}

	s.Git("rm", "--quiet", "-f", "services/odd.yaml")
	good := s.Commit("Take the slip back")
	if st := s.looks(); st.Commit != good || st.Refused != nil || st.Behind != 0 {
		t.Errorf("got %+v", st)
	}
	if old, err := s.At(first[:7]); err != nil || old.Commit != first {
		t.Errorf("the plan of the first commit: %v, %v", old, err)
	}
	if _, err := s.At(bad[:8]); fault.CodeOf(err) != fault.CommitMissing || !strings.Contains(err.Error(), "services/odd.yaml") {
		t.Errorf("a commit that cannot be used gives %v", err)
	}
	for _, name := range []string{"0123456789", strings.Repeat("0", 40), "abc", "nonsense", "", "HEAD"} {
		if _, err := s.At(name); fault.CodeOf(err) != fault.CommitMissing {
			t.Errorf("%q gives %v", name, err)
		}
	}
	if p, err := s.At("main"); err != nil || p.Commit != good {
		t.Errorf("main is %v, %v", p, err)
	}
}

func TestARestartWithoutTheRepositoryServesTheLastGoodCommit(t *testing.T) {
	s := newSite(t)
	first := s.Commit("The plan")
	s.begin()
	s.looks()
	s.daemon.Down()
	s.clock.Add(4 * time.Hour)
	s.begin()
	if p := s.Plan(); p == nil || p.Commit != first {
		t.Fatalf("after a restart %v is in force", p)
	}
	err := s.Look(t.Context())
	if err == nil || !strings.Contains(fault.From(err).Text, "it cannot be reached: connection refused") {
		t.Errorf("the look says %v", err)
	}
	st := s.Standing()
	if st.Commit != first || st.Err == nil || s.clock.Now().Sub(st.Current) != 4*time.Hour {
		t.Errorf("got %+v", st)
	}
	s.daemon.Up()
	if st := s.looks(); st.Err != nil || !st.Current.Equal(s.clock.Now()) {
		t.Errorf("back again: %+v", st)
	}
}

func TestACommitInForceStaysUsableForWhoLooksMoreClosely(t *testing.T) {
	s := newSite(t)
	first := s.Commit("The plan")
	s.begin()
	s.looks()
	// A newer Holdfast finds an error in what was in order.
	s.options.Read = func(files fs.FS) (*plan.Plan, []plan.Finding) {
		p, found := plan.LoadFS(files)
		return p, append(found, plan.Finding{Code: "E_NEW", Level: plan.Error, File: "policy.yaml", Message: "This is not allowed any more."})
	}
	s.begin()
	if p := s.Plan(); p == nil || p.Commit != first {
		t.Fatalf("%v is in force", p)
	}
	for _, st := range []git.Standing{s.Standing(), s.looks()} {
		if st.Refused == nil || st.Refused.Commit != first || len(st.Refused.Findings) != 1 || st.Refused.Findings[0].Code != "E_NEW" {
			t.Errorf("nobody is told: %+v", st)
		}
	}
	// The next commit has to be in order by the new measure, and the old one helps itself.
	s.Write("CODEOWNERS", "* @olga\n")
	if next := s.Commit("Say whose it is"); s.looks().Refused.Commit != next || s.Plan().Commit != first {
		t.Errorf("%s is in force", s.Plan().Commit)
	}
	s.options.Read = read
	s.begin()
	if st := s.looks(); st.Refused != nil || st.Commit == first {
		t.Errorf("mended, and still %+v", st)
	}
}

func TestAForcedPushIsNoticed(t *testing.T) {
	s := newSite(t)
	s.Commit("The plan")
	s.Write("services/README.md", "one")
	lost := s.Commit("Something")
	s.begin()
	if st := s.looks(); st.Rewritten != nil {
		t.Fatalf("a first look sees a rewrite: %+v", st.Rewritten)
	}
	s.Git("reset", "--quiet", "--hard", "HEAD~1")
	s.Write("services/README.md", "two")
	other := s.Commit("Something else")
	st := s.looks()
	if st.Rewritten == nil || st.Rewritten.From != lost || st.Rewritten.To != other || st.Commit != other {
		t.Fatalf("got %+v", st)
	}
	if p, err := s.At(lost); err != nil || p.Commit != lost {
		t.Errorf("what the branch forgot is gone here too: %v", err)
	}
	s.begin()
	s.Write("services/README.md", "three")
	s.Commit("An honest one")
	if st := s.looks(); st.Rewritten == nil || st.Rewritten.From != lost {
		t.Errorf("a restart has forgotten the rewrite: %+v", st)
	}
}

func TestAPlanInAFolderOfTheRepositoryIsRead(t *testing.T) {
	s := newSite(t)
	s.Commit("At the root")
	s.Git("rm", "--quiet", "-r", ".")
	if err := filepath.WalkDir(northbridge, func(string, fs.DirEntry, error) error { return nil }); err != nil {
		t.Fatal(err)
	}
	s.Origin.Work = filepath.Join(s.Origin.Work, "continuity", "plan")
	s.Fill(northbridge)
	commit := s.Commit("In a folder")
	s.options.Folder = "/continuity/plan/"
	s.begin()
	if st := s.looks(); st.Commit != commit {
		t.Fatalf("got %+v", st)
	}
	s.options.Folder = "nowhere"
	s.begin()
	if st := s.looks(); st.Commit != "" || st.Refused == nil || !strings.Contains(st.Refused.Findings[0].Message, "nowhere") {
		t.Errorf("got %+v", st)
	}
}

func TestAnotherRepositoryIsNoRewriteOfTheFirst(t *testing.T) {
	s := newSite(t)
	s.Commit("The plan")
	s.begin()
	s.looks()
	other := newSite(t)
	theirs := other.Commit("Another plan")
	s.options.URL = other.options.URL
	s.begin()
	if s.Plan() != nil {
		t.Error("the plan of the first repository is in force")
	}
	if st := s.looks(); st.Commit != theirs || st.Rewritten != nil {
		t.Errorf("got %+v", st)
	}
}

func TestHowFarThePlanIsBehindAndWhoStandsForIt(t *testing.T) {
	s := newSite(t)
	first := s.Commit("The plan\n\nApproved-by: Olga <olga@northbridge.example>\nReviewed-by: Bob <bob@northbridge.example>")
	s.begin()
	s.looks()
	for i := range 3 { // each worse than the one before
		s.Write(fmt.Sprintf("services/odd%d.yaml", i), "rto: soon\n")
		s.Commit("A slip")
	}
	if st := s.looks(); st.Commit != first || st.Behind != 3 || !st.Looked.Equal(s.clock.Now()) {
		t.Errorf("got %+v", st)
	}
	if about, err := s.About(first); err != nil || len(about.Approved) != 2 {
		t.Errorf("approved by %v, %v", about.Approved, err)
	}
}
