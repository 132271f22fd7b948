package git_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
	"holdfast/plan/git"
)

// overHTTP serves the repository by git's own http-backend, to who knows the
// token.
func (s *site) overHTTP(token string) *httptest.Server {
	s.Helper()
	core, err := exec.CommandContext(s.Context(), "git", "--exec-path").Output()
	if err != nil {
		s.Fatal(err)
	}
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(core)), "git-http-backend"),
		Env: []string{"GIT_PROJECT_ROOT=" + filepath.Dir(s.Bare), "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=holdfast"}, Stderr: io.Discard}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "holdfast" || password != token {
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	s.Cleanup(server.Close)
	return server
}

// way is a client of internal/outbound that may reach this machine.
func way(t *testing.T, allow ...string) *outbound.Client {
	t.Helper()
	c, err := outbound.New(outbound.Options{Allow: allow, Clock: clock.System{}, Answer: git.MaxPack})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// followed demands that commits are fetched and proposals taken, whatever the
// way.
func (s *site) followed() {
	s.Helper()
	first := s.Commit("The plan")
	s.begin()
	if st := s.looks(); st.Commit != first {
		s.Fatalf("got %+v", st)
	}
	s.Write("services/README.md", "x")
	second := s.Commit("Something")
	if st := s.looks(); st.Commit != second {
		s.Fatalf("got %+v", st)
	}
	branch, commit, err := s.Propose(s.Context(), proposal())
	if err != nil {
		s.Fatal(err)
	}
	if got := s.Git("ls-remote", "origin", branch); !strings.HasPrefix(got, commit) {
		s.Errorf("the proposal is not there: %q", got)
	}
}

func TestARepositoryIsReachedOverHTTPWithAToken(t *testing.T) {
	s := newSite(t)
	s.options.URL = s.overHTTP("sesame").URL + "/plan.git"
	s.options.HTTP, s.options.User = way(t, "127.0.0.1"), "holdfast"
	s.options.Token = func(context.Context) (string, error) { return "sesame", nil }
	s.Git("config", "--file", filepath.Join(s.Bare, "config"), "http.receivepack", "true")
	s.followed()

	s.options.Token = func(context.Context) (string, error) { return "a-wrong-one", nil }
	s.begin()
	err := s.Look(t.Context())
	if f := fault.From(err); !strings.Contains(f.Text, "does not let Holdfast in") || strings.Contains(f.Error(), "a-wrong-one") || !strings.Contains(f.Next, "plan.git.token") {
		t.Errorf("got %v", err)
	}
	s.options.HTTP = way(t)
	s.begin()
	if err := s.Look(t.Context()); !strings.Contains(fault.From(err).Text, "this machine itself") || !strings.Contains(fault.From(err).Next, "outbound.allow") {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerThatIsNoRepositoryIsToldAsSuch(t *testing.T) {
	for sentence, handler := range map[string]http.HandlerFunc{
		"a page":   func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>sign in</html>") },
		"nothing":  func(w http.ResponseWriter, _ *http.Request) {},
		"an error": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"somewhere else": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.example/", http.StatusFound)
		},
		"not found": func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) },
		"an endless text": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("0032want", 1<<20))
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newSite(t)
			server := httptest.NewServer(handler)
			defer server.Close()
			s.options.URL, s.options.HTTP = server.URL+"/plan.git", way(t, "127.0.0.1")
			s.begin()
			err := s.Look(t.Context())
			if f := fault.From(err); f.Code != fault.Usage || f.Next == "" {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestARepositoryOfThisMachineIsRead(t *testing.T) {
	for sentence, path := range map[string]func(*site) string{"bare": func(s *site) string { return s.Bare }, "a work tree": func(s *site) string { return s.Work }} {
		t.Run(sentence, func(t *testing.T) {
			s := newSite(t)
			s.options.URL, s.options.Dial = "file://"+path(s), nil
			commit := s.Commit("The plan")
			s.begin()
			if st := s.looks(); st.Commit != commit {
				t.Errorf("got %+v", st)
			}
		})
	}
}

// host is an ssh server that runs git for who has the key.
type host struct {
	address string
	key     ssh.Signer
}

func (s *site) overSSH(trusted ssh.PublicKey) host {
	s.Helper()
	key, _ := newKey(s.T)
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, k ssh.PublicKey) (*ssh.Permissions, error) {
		if string(k.Marshal()) != string(trusted.Marshal()) {
			return nil, os.ErrPermission
		}
		return nil, nil
	}}
	config.AddHostKey(key)
	config.AddHostKey(otherKey(s.T)) // a host has keys of several kinds, of which one is known
	l, err := new(net.ListenConfig).Listen(s.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	var calls sync.WaitGroup
	calls.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			calls.Go(func() { s.answer(conn, config) })
		}
	})
	s.Cleanup(func() { l.Close(); calls.Wait() })
	return host{l.Addr().String(), key}
}

// answer has git do what one connection asks for.
func (s *site) answer(conn net.Conn, config *ssh.ServerConfig) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for c := range channels {
		channel, asked, err := c.Accept()
		if err != nil {
			return
		}
		for r := range asked {
			if r.Type != "exec" {
				continue
			}
			_ = r.Reply(true, nil)
			var words struct{ Command string }
			_ = ssh.Unmarshal(r.Payload, &words)
			name, path, _ := strings.Cut(words.Command, " ")
			cmd := exec.CommandContext(s.Context(), name, filepath.Join(filepath.Dir(s.Bare), strings.Trim(path, "'")))
			cmd.Stdout = channel
			in, err := cmd.StdinPipe()
			if err != nil || cmd.Start() != nil {
				return
			}
			go func() { _, _ = io.Copy(in, channel); in.Close() }()
			_ = cmd.Wait()
			channel.Close()
		}
	}
}

func otherKey(t *testing.T) ssh.Signer {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func newKey(t *testing.T) (ssh.Signer, []byte) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	return signer, pem.EncodeToMemory(block)
}

func TestARepositoryIsReachedOverSSHWithAKnownHostAndAKey(t *testing.T) {
	s := newSite(t)
	signer, private := newKey(t)
	h := s.overSSH(signer.PublicKey())
	hosts := filepath.Join(t.TempDir(), "known_hosts")
	know := func(key ssh.PublicKey) {
		if err := os.WriteFile(hosts, []byte(knownhosts.Line([]string{h.address}, key)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	know(h.key.PublicKey())
	s.options.URL, s.options.User, s.options.Hosts = "ssh://"+h.address+"/plan.git", "git", hosts
	s.options.Key = func(context.Context) ([]byte, error) { return private, nil }
	s.followed()

	refused := func(says, next string) {
		t.Helper()
		s.begin()
		if f := fault.From(s.Look(t.Context())); !strings.Contains(f.Text, says) || !strings.Contains(f.Next, next) {
			t.Errorf("got %v, want %q and %q", f, says, next)
		}
	}
	know(signer.PublicKey())
	refused("host key is not the one that is known", "plan.git.known_hosts")
	know(h.key.PublicKey())
	_, another := newKey(t)
	s.options.Key = func(context.Context) ([]byte, error) { return another, nil }
	refused("does not let Holdfast in", "plan.git.ssh_key")
	s.options.Key = func(context.Context) ([]byte, error) { return []byte("-----BEGIN nonsense"), nil }
	refused("key for the plan's repository cannot be read", "PEM")
	s.options.Key = nil
	refused("needs a key", "plan.git.ssh_key")
}

func TestAnAddressThatCannotBeUsedIsRefusedWithoutBeingRepeated(t *testing.T) {
	for _, address := range []string{"", "plan.git", "git@host:plan.git", "https://user:sesame@host/plan.git", "https://host/plan.git?sesame", "ftp://host/sesame.git", "https:///sesame", "file://host/sesame", "ext::sesame -c id", "https://host/#sesame"} {
		_, err := git.Open(git.Options{URL: address, Branch: "main", Dir: t.TempDir()})
		if fault.CodeOf(err) != fault.Usage || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%q gives %v", address, err)
		}
	}
}
