package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/web"
)

var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

func with(t *testing.T, authorization string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return r
}

func newToken(t *testing.T, person string, expires time.Time) (token, line string) {
	t.Helper()
	token, line, err := web.NewToken(person, expires)
	if err != nil {
		t.Fatal(err)
	}
	return token, line
}

// tokensIn writes a file of tokens, a second apart from what it held before.
func tokensIn(t *testing.T, path, text string, at time.Time) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

func TestATokenLetsItsPersonInUntilItExpires(t *testing.T) {
	path, c := filepath.Join(t.TempDir(), "tokens"), clock.NewManual(start)
	alice, line := newToken(t, "alice", start.Add(time.Hour))
	stranger, _ := newToken(t, "alice", start.Add(time.Hour))
	tokensIn(t, path, "# people\n\n"+line+"\n", start)
	tokens, err := web.OpenTokens(path, c)
	if err != nil {
		t.Fatal(err)
	}
	if who, err := tokens.Who(with(t, "bearer "+alice)); err != nil || who != "alice" {
		t.Errorf("got %q, %v", who, err)
	}
	for sentence, header := range map[string]string{
		"an unknown token": "Bearer " + stranger, "a token cut short": "Bearer " + alice[:20], "a token that goes on": "Bearer " + alice + "x",
		"nothing behind the word": "Bearer ", "another scheme": "Basic " + alice, "no header": "",
	} {
		if who, err := (web.Anyone{tokens}).Who(with(t, header)); fault.CodeOf(err) != fault.SignIn || who != "" || strings.Contains(err.Error(), alice) {
			t.Errorf("%s: %q, %v", sentence, who, err)
		}
	}
	c.Set(start.Add(time.Hour))
	if _, err := tokens.Who(with(t, "Bearer "+alice)); err == nil || !strings.Contains(err.Error(), "The token of @alice has expired on 2026-11-02 11:00:00Z.") {
		t.Errorf("at its last instant: %v", err)
	}
}

func TestATokenThatIsTakenAwayLetsNobodyInASecondLater(t *testing.T) {
	path, c := filepath.Join(t.TempDir(), "tokens"), clock.NewManual(start)
	alice, line := newToken(t, "alice", start.Add(time.Hour))
	tokensIn(t, path, line+"\n", start)
	tokens, err := web.OpenTokens(path, c)
	if err != nil {
		t.Fatal(err)
	}
	bob, line := newToken(t, "bob", start.Add(time.Hour))
	tokensIn(t, path, line+"\n", start.Add(time.Second))
	c.Add(time.Second)
	if _, err := tokens.Who(with(t, "Bearer "+alice)); err == nil {
		t.Error("the token still lets in")
	}
	if who, err := tokens.Who(with(t, "Bearer "+bob)); err != nil || who != "bob" {
		t.Errorf("the new one: %q, %v", who, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	c.Add(time.Second)
	if _, err := tokens.Who(with(t, "Bearer "+bob)); fault.CodeOf(err) != fault.SignIn {
		t.Errorf("without a file: %v", err)
	}
}

func TestAFileOfTokensThatIsNoneIsRefusedWithItsLine(t *testing.T) {
	token, line := newToken(t, "alice", start)
	for sentence, x := range map[string]struct{ text, want string }{
		"the token itself":       {"alice 2027-01-31T00:00:00Z " + token, ":1: A token itself stands there"},
		"an expiry without zone": {strings.Replace(line, "Z ", " ", 1), ":1: The expiry is not a time"},
		"a word too few":         {"# x\nalice sha256:00", ":2: Not the line of a token"},
		"a person that is none":  {strings.Replace(line, "alice", "@Alice", 1), ":1: Not the line"},
	} {
		path := filepath.Join(t.TempDir(), "tokens")
		tokensIn(t, path, x.text, start)
		if _, err := web.OpenTokens(path, clock.NewManual(start)); err == nil || !strings.Contains(err.Error(), x.want) || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	if _, err := web.OpenTokens(filepath.Join(t.TempDir(), "none"), clock.NewManual(start)); fault.CodeOf(err) != fault.SignIn {
		t.Errorf("no file: %v", err)
	}
	if _, _, err := web.NewToken("@alice", start); fault.CodeOf(err) != fault.UnknownID {
		t.Errorf("nobody's token: %v", err)
	}
}
