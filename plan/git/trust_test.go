package git_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/go-git/go-git/v5/plumbing/object"

	"holdfast/internal/fault"
	"holdfast/plan/git"
)

// newSigner is somebody with an OpenPGP key, and the key in armour.
func newSigner(t *testing.T, name string) (*openpgp.Entity, string) {
	t.Helper()
	e, err := openpgp.NewEntity(name, "", strings.ToLower(name)+"@northbridge.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	w, err := armor.Encode(&text, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Serialize(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return e, text.String() + "\n"
}

// signed commits the work tree signed, as `git commit -S` would.
func (s *site) signed(by *openpgp.Entity, message string) string {
	s.Helper()
	plain := s.Commit(message)
	raw := s.Git("cat-file", "commit", plain) + "\n"
	var signature bytes.Buffer
	if err := openpgp.ArmoredDetachSign(&signature, by, strings.NewReader(raw), nil); err != nil {
		s.Fatal(err)
	}
	header, body, _ := strings.Cut(raw, "\n\n")
	file := s.TempDir() + "/commit"
	text := header + "\ngpgsig " + strings.ReplaceAll(strings.TrimSpace(signature.String()), "\n", "\n ") + "\n\n" + body
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
	commit := s.Git("hash-object", "-t", "commit", "-w", file)
	s.Git("reset", "--quiet", "--soft", commit)
	s.Git("push", "--quiet", "--force", "origin", "HEAD:main")
	return commit
}

func TestWhereSignersAreNamedOnlyTheirCommitsComeIntoForce(t *testing.T) {
	priya, priyasKey := newSigner(t, "Priya")
	_, olgasKey := newSigner(t, "Olga")
	mallory, _ := newSigner(t, "Mallory")
	keys, err := git.Keys("A note before.\n" + olgasKey + priyasKey)
	if err != nil || len(keys) != 2 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	s := newSite(t)
	s.options.Signers = keys
	first := s.signed(priya, "The plan")
	s.begin()
	if st := s.looks(); st.Commit != first {
		t.Fatalf("got %+v", st.Refused)
	}
	if about, err := s.About(first); err != nil || !strings.HasPrefix(about.Signed, "Priya ") {
		t.Errorf("it is signed by %+v, %v", about, err)
	}
	for sentence, commit := range map[string]func() string{
		"by nobody":           func() string { return s.Commit("Unsigned") },
		"by somebody unknown": func() string { return s.signed(mallory, "By another") },
		"of another commit": func() string {
			good := s.signed(priya, "Good")
			raw := strings.Replace(s.Git("cat-file", "commit", good), "Good", "Evil", 1) + "\n"
			file := t.TempDir() + "/commit"
			if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
				t.Fatal(err)
			}
			evil := s.Git("hash-object", "-t", "commit", "-w", file)
			s.Git("reset", "--quiet", "--soft", evil)
			s.Git("push", "--quiet", "--force", "origin", "HEAD:main")
			return evil
		},
	} {
		evil := commit()
		if st := s.looks(); st.Commit != first || st.Refused == nil || st.Refused.Commit != evil || st.Refused.Findings[0].Code != "E_PLAN_SIGNATURE" {
			t.Errorf("signed %s: %+v", sentence, st)
		}
	}
}

func TestACommitIsLookedAtAnewWhenItsSignersKeyWasAdded(t *testing.T) {
	priya, priyasKey := newSigner(t, "Priya")
	olga, olgasKey := newSigner(t, "Olga")
	s := newSite(t)
	s.options.Signers = []string{priyasKey}
	s.signed(priya, "The plan")
	s.begin()
	s.looks()
	second := s.signed(olga, "By another")
	refused := s.looks().Refused
	s.clock.Add(time.Hour)
	s.begin() // a start alone changes nothing, nor since when it is refused
	if st := s.looks(); st.Refused == nil || !st.Refused.At.Equal(refused.At) {
		t.Fatalf("got %+v", st)
	}
	s.options.Signers = append(s.options.Signers, olgasKey)
	s.begin()
	if st := s.looks(); st.Commit != second || st.Refused != nil {
		t.Errorf("got %+v", st)
	}
}

func TestKeysThatCannotBeReadAreNamed(t *testing.T) {
	_, key := newSigner(t, "Priya")
	for text, says := range map[string]string{
		"": "holds no OpenPGP key", "ssh-ed25519 AAAA": "holds no OpenPGP key",
		key + "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nnonsense\n-----END PGP PUBLIC KEY BLOCK-----\n": "Key 2",
	} {
		if _, err := git.Keys(text); fault.CodeOf(err) != fault.Usage || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
}

func TestApprovalsAreCountedOnceAndWithoutWhoHasWrittenTheCommit(t *testing.T) {
	for message, want := range map[string][]string{
		"x": nil,
		"x\n\nApproved-by: Olga Olsen <olga@northbridge.example>\n":                                                                               {"olga@northbridge.example"},
		"x\n\nApproved-by: Olga <olga@northbridge.example>\nReviewed-by: Olga O. <OLGA@northbridge.example>\nreviewed-by:Bob <bob@b.example>\r\n": {"olga@northbridge.example", "bob@b.example"},
		"x\n\nApproved-by: Priya <priya@northbridge.example>\nApproved-by: PRIYA <Priya@Northbridge.example>\n":                                   nil,
		"x\n\nApproved-by: priya  patel <priya@home.example>\nReviewed-by: Priya Patel <pp@northbridge.example>\n":                                nil,
		"x\n\nApproved-by: Bob <bob@b.example>\nApproved-by: Olga <olga@northbridge.example>\nCo-authored-by: Bob <BOB@b.example>\n":              {"olga@northbridge.example"},
		"x\n\nApproved-by: Bob Brandt <bob@b.example>\nCo-authored-by: Bob Brandt <bob@home.example>\n":                                           nil,
		"x\n\nApproved-by: Bob Brandt <bob@b.example>\nReviewed-by: Bob Brandt <bob@home.example>\n":                                              {"bob@b.example"},
		"x\n\nApproved-by: <olga@northbridge.example>\n":                                                                                          {"olga@northbridge.example"},
		"x\n\nApproved-by: olga\nApproved-by: <>\nNot-approved-by: Bob <bob@b.example>\n> Approved-by: Bob <bob@b.example>\n":                     nil,
	} {
		if got := git.Approvers(object.Signature{Name: "Priya Patel", Email: "priya@northbridge.example"}, message); !slices.Equal(got, want) {
			t.Errorf("%q is approved by %q, want %q", message, got, want)
		}
	}
	s := newSite(t)
	s.options.Approvals = 2
	s.Commit("The plan\n\nApproved-by: Olga <olga@northbridge.example>\nApproved-by: Priya <priya@northbridge.example>")
	s.begin()
	if st := s.looks(); st.Commit != "" || st.Refused == nil || !strings.Contains(st.Refused.Findings[0].Message, "approved by 1 of 2") {
		t.Errorf("got %+v", st.Refused)
	}
	s.Git("commit", "--quiet", "--amend", "-m", "The plan\n\nApproved-by: Olga <olga@northbridge.example>\nApproved-by: Bob <bob@northbridge.example>")
	good := s.Commit("x\n\nApproved-by: Olga <olga@northbridge.example>\nApproved-by: Bob <bob@northbridge.example>")
	if st := s.looks(); st.Commit != good {
		t.Errorf("got %+v", st.Refused)
	}
}
