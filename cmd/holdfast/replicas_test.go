package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/export"
	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
	"holdfast/storage/redis"
	"holdfast/web"
)

// The points at which a replica is killed: on its way from a command to the
// record that its effect is done.
const (
	afterAppend  = "after the append, before the answer"
	beforeSend   = "before the provider has it"
	afterSend    = "after the provider has it, before its answer"
	beforeSettle = "before the settlement is appended"
	afterSettle  = "after the settlement is appended"
)

// points are for one kind of effect each.
var points = []struct{ at, kind string }{
	{afterAppend, "page"}, {beforeSend, "page"}, {afterSend, "page"}, {beforeSettle, "page"}, {afterSettle, "page"},
	{afterAppend, "ticket"}, {beforeSend, "ticket"}, {afterSend, "ticket"}, {beforeSettle, "ticket"}, {afterSettle, "ticket"},
}

// fleet is two replicas, each a process of its own, on one Redis, with one
// pager and one tracker that the test keeps.
type fleet struct {
	*testing.T
	redis     string // socket
	providers *sharedProviders
	replicas  [2]*replica
	tokens    map[string]string

	mu     sync.Mutex
	at     string // where the next replica is killed; empty: nowhere
	kind   string
	killed chan *replica
}

// replica is one process, and its way to Redis and to the providers.
type replica struct {
	name    string
	config  string
	process *exec.Cmd
	ended   chan struct{}
	url     string
}

func startFleet(t *testing.T, lease string) *fleet {
	t.Helper()
	f := &fleet{T: t, redis: strings.TrimSuffix(strings.TrimPrefix(startRedisWith(t, "--appendonly", "yes", "--appendfsync", "always"), "unix://"), "?db=0"),
		killed: make(chan *replica, 1)}
	now := clock.System{}
	f.providers = &sharedProviders{pager: standin.NewPager(now), tracker: standin.NewTracker(now)}
	f.providers.Webhook = standin.NewWebhook(f.providers.pager, f.providers.tracker, now, hookSecret)
	for i := range f.replicas {
		f.replicas[i] = f.prepare(fmt.Sprintf("r%d", i+1), lease)
	}
	for _, r := range f.replicas {
		f.boot(r)
	}
	return f
}

// prepare writes a replica's configuration. It reaches Redis through a proxy,
// and the providers at ports of its own, so that the test knows who calls.
func (f *fleet) prepare(name, lease string) *replica {
	f.Helper()
	r := &replica{name: name}
	dir, err := os.MkdirTemp("", "holdfast") // a socket's path must be short
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	f.proxy(socket, r)
	provider, err := standin.Serve(f.Context(), f.provider(r))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = provider.Close() })
	c := settingsFor(f.T, nil)
	f.tokens = tokensFor(f.T, c)
	text := fmt.Sprintf("plan: {dir: %s}\nstore: {url: \"unix://%s?db=0\", timeout: 2s}\napi: {tokens: %s}\nkeys: {dir: %s}\nlease: {life: %s}\n"+
		"listen: {address: \"127.0.0.1:0\"}\noperations: {address: none}\noutbound: {allow: [127.0.0.1]}\n"+
		"pager: {url: \"%s/pager\", secret: env:HOOK}\ntracker: {url: \"%s/tracker\", secret: env:HOOK}\n",
		c.PlanDir, socket, f.shareTokens(c.Tokens), filepath.Join(dir, "keys"), lease, provider.URL, provider.URL)
	r.config = filepath.Join(dir, "holdfast.yaml")
	if err := os.WriteFile(r.config, []byte(text), 0o600); err != nil {
		f.Fatal(err)
	}
	return r
}

// shareTokens gives both replicas the tokens of the second.
func (f *fleet) shareTokens(path string) string {
	if first := f.replicas[0]; first != nil {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		m := regexp.MustCompile(`tokens: (\S+)\}`).FindSubmatch(must(os.ReadFile(first.config)))
		if err := os.WriteFile(string(m[1]), text, 0o600); err != nil {
			f.Fatal(err)
		}
	}
	return path
}

func must(data []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return data
}

// boot starts a replica's process.
func (f *fleet) boot(r *replica) {
	f.Helper()
	cmd := program(f.T, filepath.Dir(r.config), "serve", "--config", r.config)
	cmd.Env = append(cmd.Env, "HOOK="+hookSecret)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		f.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	ended := make(chan struct{})
	f.mu.Lock()
	r.process, r.ended = cmd, ended
	f.mu.Unlock()
	r.url = waitFor(f.T, out, regexp.MustCompile(`serves (http://\S+)`))
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait() // killed on purpose
	}()
	f.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if f.Failed() {
			f.Logf("%s said:\n%s", r.name, log.String())
		}
	})
}

// arm has the replica that next comes to a point killed there.
func (f *fleet) arm(at, kind string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at, f.kind = at, kind
}

// comes kills a replica that has come to an armed point, and says so.
func (f *fleet) comes(r *replica, at, kind string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.at != at || f.kind != kind {
		return false
	}
	f.at = ""
	_ = r.process.Process.Kill() // SIGKILL; it may have ended by itself
	f.killed <- r
	return true
}

// provider is the pager and the tracker as one replica reaches them.
func (f *fleet) provider(r *replica) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		kind := map[string]string{"/pager": "page", "/tracker": "ticket"}[q.URL.Path]
		if q.Method == http.MethodPost && f.comes(r, beforeSend, kind) {
			panic(http.ErrAbortHandler)
		}
		if q.Method == http.MethodPost {
			w = &lastWord{w, func() bool { return f.comes(r, afterSend, kind) }}
		}
		f.providers.ServeHTTP(w, q)
	})
}

// lastWord keeps an answer back when the replica it is for has just been
// killed.
type lastWord struct {
	http.ResponseWriter
	gone func() bool
}

func (w *lastWord) WriteHeader(status int) {
	if w.gone() {
		panic(http.ErrAbortHandler)
	}
	w.ResponseWriter.WriteHeader(status)
}

// proxy passes a replica's commands on to Redis, and kills it at the points
// that lie there.
func (f *fleet) proxy(socket string, r *replica) {
	f.Helper()
	l, err := new(net.ListenConfig).Listen(f.Context(), "unix", socket)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			go f.pass(near, r)
		}
	}()
}

func (f *fleet) pass(near net.Conn, r *replica) {
	defer near.Close()
	far, err := new(net.Dialer).DialContext(f.Context(), "unix", f.redis)
	if err != nil {
		return
	}
	defer far.Close()
	muted := make(chan struct{})
	go func() { // answers
		buf := make([]byte, 64<<10)
		for {
			n, err := far.Read(buf)
			select {
			case <-muted: // its replica is gone
				return
			default:
			}
			if n > 0 {
				if _, err := near.Write(buf[:n]); err != nil {
					return
				}
			}
			if err != nil {
				_ = near.Close()
				return
			}
		}
	}()
	buf := make([]byte, 1<<20)
	for {
		n, err := near.Read(buf)
		if n > 0 {
			sent := buf[:n]
			for _, kind := range []string{"page", "ticket"} {
				settles, asks := bytes.Contains(sent, []byte(kind+".settled")), bytes.Contains(sent, []byte(kind+".requested"))
				switch {
				case settles && f.comes(r, beforeSettle, kind):
					return
				case settles && f.comes(r, afterSettle, kind), asks && f.comes(r, afterAppend, kind):
					close(muted)
					_, _ = far.Write(sent)
					one := make([]byte, 1)
					_ = far.SetReadDeadline(time.Now().Add(10 * time.Second))
					_, _ = far.Read(one) // it has landed
					return
				}
			}
			if _, err := far.Write(sent); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (f *fleet) as(person string, r *replica) asking {
	return asking{f.T, r.url, f.tokens[person]}
}

// insist gives a command until some replica has answered it, under one
// delivery.
func (f *fleet) insist(first *replica, c web.Command) web.Answer {
	f.Helper()
	body, err := json.Marshal(c)
	if err != nil {
		f.Fatal(err)
	}
	late := time.After(30 * time.Second)
	for turn := 0; ; turn++ {
		r := first
		if turn%2 == 1 {
			r = f.other(first)
		}
		ctx, done := context.WithTimeout(f.Context(), 5*time.Second)
		_, text, err := f.as("alice", r).try(ctx, http.MethodPost, "/api/v1/commands", string(body))
		done()
		var a web.Answer
		if err == nil && json.Unmarshal([]byte(text), &a) == nil && !a.Interim && a.Code != "E_STORE" {
			return a
		}
		select {
		case <-late:
			f.Fatalf("%s is not answered: %v %s", c.Text, err, text)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (f *fleet) other(r *replica) *replica {
	if f.replicas[0] == r {
		return f.replicas[1]
	}
	return f.replicas[0]
}

func TestEveryEffectIsDoneOnceWhicheverReplicaIsKilledAndWhen(t *testing.T) {
	t.Parallel()
	const worlds, kills = 2, 20 // 40 in all
	for w := range worlds {
		t.Run(fmt.Sprintf("world %d", w+1), func(t *testing.T) {
			t.Parallel()
			f := startFleet(t, "1s")
			if a := f.insist(f.replicas[0], web.Command{Delivery: "declare", Text: `declare "a bad night"`}); a.Incident != "INC-1" {
				t.Fatalf("%+v", a)
			}
			room := "#inc-1-a-bad-night"
			f.as("alice", f.replicas[0]).done("INC-1")
			killed := map[string]int{}
			for n := range kills {
				p := points[(n+w*5)%len(points)]
				f.arm(p.at, p.kind)
				c := web.Command{Delivery: fmt.Sprintf("n-%d", n), Room: room, Text: fmt.Sprintf(`page @dan "reason %d" again`, n)}
				if p.kind == "ticket" {
					c.Text = fmt.Sprintf(`ticket open "matter %d" again`, n)
				}
				first := f.replicas[n%2]
				a := f.insist(first, c)
				if a.Code != "" || !strings.HasPrefix(a.Ref, "INC-1#") {
					t.Fatalf("%s: %+v", p.at, a)
				}
				var victim *replica
				select {
				case victim = <-f.killed:
				case <-time.After(20 * time.Second):
					t.Fatalf("nobody came to the point %s of a %s", p.at, p.kind)
				}
				<-victim.ended
				killed[p.at+" of a "+p.kind]++
				f.as("alice", f.other(victim)).done("INC-1")
				f.boot(victim)
			}
			f.holds(kills)
			if len(killed) != len(points) {
				t.Errorf("void: killed only at %v", killed)
			}
		})
	}
}

// holds checks that nothing is pending or was done twice.
func (f *fleet) holds(effects int) {
	f.Helper()
	s := f.as("alice", f.replicas[0]).done("INC-1")
	if twin := f.as("alice", f.replicas[1]).state("INC-1"); twin.Head != s.Head {
		f.Errorf("one replica stands at %s, the other at %s", s.Head, twin.Head)
	}
	done := map[string]int{}
	for _, c := range f.providers.Calls() {
		if c.Status/100 == 2 && c.Kind != standin.Find {
			done[c.Key]++
		}
	}
	for key, times := range done {
		if times != 1 {
			f.Errorf("%s was done %d times", key, times)
		}
	}
	effects++ // the ticket of the declaration
	if pages, tickets := len(s.Pages), len(s.Tickets); pages+tickets != effects || len(done) != effects || s.Failed != 0 {
		f.Errorf("%d pages and %d tickets are wanted, %d were done, %d failed; want %d", pages, tickets, len(done), s.Failed, effects)
	}
	store, err := redis.Open(f.Context(), "unix://"+f.redis+"?db=0", redis.Options{})
	if err != nil {
		f.Fatal(err)
	}
	defer store.Close()
	reports, err := export.VerifyStore(f.Context(), store)
	if err != nil {
		f.Fatal(err)
	}
	for _, r := range reports {
		if !r.OK() {
			f.Error(r)
		}
	}
}

func TestAnotherReplicaTakesOverWithinTwentySecondsByDefault(t *testing.T) {
	t.Parallel()
	f := startFleet(t, "15s")
	f.insist(f.replicas[0], web.Command{Delivery: "declare", Text: `declare "a bad night"`})
	f.as("alice", f.replicas[0]).done("INC-1")
	f.arm(afterSend, "page")
	f.insist(f.replicas[0], web.Command{Delivery: "page", Room: "#inc-1-a-bad-night", Text: `page @dan "come"`})
	victim := <-f.killed
	began := time.Now()
	<-victim.ended
	survivor := f.as("alice", f.other(victim))
	s := survivor.done("INC-1")
	took := time.Since(began)
	t.Logf("the other replica had done what was left after %s", took.Round(100*time.Millisecond))
	if took > 20*time.Second || took < 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if len(s.Pages) != 1 || s.Pages[0].ID == "" {
		t.Errorf("the page is %+v", s.Pages)
	}
	f.boot(victim)
	f.holds(1)
}

// startRedisWith starts a redis-server with settings on a socket.
func startRedisWith(t *testing.T, settings ...string) (url string) {
	t.Helper()
	url, _ = startRedisProcess(t, settings...)
	return url
}

func startRedisProcess(t *testing.T, settings ...string) (url string, process *exec.Cmd) {
	t.Helper()
	server, err := exec.LookPath("redis-server")
	if err != nil {
		skipUnlessCI(t, "redis-server is not installed (Debian package redis-server)")
	}
	dir, err := os.MkdirTemp("", "holdfast") // short, for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	args := append([]string{"--port", "0", "--unixsocket", socket, "--save", "", "--dir", dir}, settings...)
	cmd := exec.CommandContext(t.Context(), server, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // killed with the test's context
	waitFor(t, out, regexp.MustCompile(`(Ready to accept connections|ready to accept connections at)`))
	go func() { _, _ = io.Copy(io.Discard, out) }() // so that it never waits for its log to be read
	return "unix://" + socket + "?db=0", cmd
}
