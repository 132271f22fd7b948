package web

import (
	"bufio"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
)

// tokenLead begins every token, so that one that has leaked is recognised.
const tokenLead = "hft_"

var (
	personForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
	hashForm   = regexp.MustCompile(`^sha256:([0-9a-f]{64})$`)
)

// NewToken returns a token of 256 random bits and the line of the tokens file
// that lets its bearer in as a person until it expires. The line holds only
// the token's hash.
func NewToken(person string, expires time.Time) (token, line string, err error) {
	if !personForm.MatchString(person) {
		return "", "", fault.Newf(fault.UnknownID, "Use the id the plan has, without the @.", "%q is nobody's id.", person)
	}
	var raw [32]byte
	if _, err := io.ReadFull(rand.Reader, raw[:]); err != nil {
		return "", "", fmt.Errorf("read randomness: %w", err)
	}
	token = tokenLead + base64.RawURLEncoding.EncodeToString(raw[:])
	return token, fmt.Sprintf("%s %s %s", person, expires.UTC().Format(time.RFC3339), hashOf(token)), nil
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Tokens is a file of tokens: a line a token, "person expiry sha256:HASH",
// blank lines and lines that begin with # aside. It is read again when it has
// changed, so that a token can be taken away from a running server.
type Tokens struct {
	path  string
	clock clock.Clock

	mu     sync.Mutex
	looked time.Time
	stamp  string // size and time of the file as it was read
	held   map[string]Grant
}

// Grant is what a token allows: its bearer is a person until it expires.
type Grant struct {
	Person  string
	Expires time.Time
}

// recheck is how often the file is looked at.
const recheck = time.Second

// OpenTokens reads a tokens file. The error is a *fault.Error that names file
// and line.
func OpenTokens(path string, c clock.Clock) (*Tokens, error) {
	t := &Tokens{path: path, clock: c}
	return t, t.read(c.Now())
}

// Who implements People.
func (t *Tokens) Who(r *http.Request) (string, error) {
	token, given := bearer(r)
	if !given {
		return "", errNobody
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	if !now.Before(t.looked.Add(recheck)) {
		if err := t.read(now); err != nil {
			return "", err // a file that cannot be read lets nobody in
		}
	}
	// The hash of a random token tells nothing about others, so that comparing
	// it in varying time does no harm.
	g, known := t.held[hashOf(token)]
	switch {
	case !known:
		return "", fault.New(fault.SignIn, "The token is not known here.", "Ask whoever operates Holdfast for one; `holdfast token` makes it.")
	case !now.Before(g.Expires):
		return "", fault.Newf(fault.SignIn, "Ask whoever operates Holdfast for a new one.", "The token of @%s has expired on %s.", g.Person, g.Expires.Format(time.DateTime+"Z"))
	}
	return g.Person, nil
}

// Grants returns what the file holds, by person and expiry.
func (t *Tokens) Grants() []Grant {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.SortedFunc(maps.Values(t.held), func(a, b Grant) int {
		return cmp.Or(strings.Compare(a.Person, b.Person), a.Expires.Compare(b.Expires))
	})
}

func (t *Tokens) read(now time.Time) error {
	f, err := os.Open(t.path)
	if err != nil {
		return t.unreadable(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return t.unreadable(err)
	}
	t.looked = now
	stamp := fmt.Sprint(info.Size(), info.ModTime().UnixNano())
	if stamp == t.stamp {
		return nil
	}
	held, err := parseTokens(f, t.path)
	if err != nil {
		return err
	}
	t.held, t.stamp = held, stamp
	return nil
}

func (t *Tokens) unreadable(err error) error {
	if p := new(os.PathError); errors.As(err, &p) {
		err = p.Err
	}
	return fault.Newf(fault.SignIn, "Look at the file and its rights.", "The file of tokens %s cannot be read: %v.", t.path, err)
}

func parseTokens(r io.Reader, path string) (map[string]Grant, error) {
	held := map[string]Grant{}
	lines := bufio.NewScanner(io.LimitReader(r, 4<<20))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		words := strings.Fields(line)
		wrong := func(what, next string) error {
			return fault.Newf(fault.SignIn, next, "%s:%d: %s", path, n, what)
		}
		if strings.Contains(line, tokenLead) {
			return nil, wrong("A token itself stands there; the file holds only hashes.", "Make a new one with `holdfast token`, and paste the line it prints.")
		}
		if len(words) != 3 || !personForm.MatchString(words[0]) || !hashForm.MatchString(words[2]) {
			return nil, wrong("Not the line of a token.", "It is `person expiry sha256:HASH`, as `holdfast token` prints it.")
		}
		expires, err := time.Parse(time.RFC3339, words[1])
		if err != nil {
			return nil, wrong("The expiry is not a time with its zone.", "Write it such as 2027-01-31T00:00:00Z.")
		}
		held[words[2]] = Grant{words[0], expires}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return held, nil
}
