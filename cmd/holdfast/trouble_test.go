package main

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/fault"
	"holdfast/web"
)

// troubled is a site on a Redis that a test may harm.
type troubled struct {
	*site
	process *exec.Cmd
	admin   *goredis.Client
}

func openTroubled(t *testing.T, patience time.Duration) *troubled {
	t.Helper()
	url, process := startRedisProcess(t, "--appendonly", "yes", "--appendfsync", "always")
	c := settingsFor(t, shareProviders(t))
	c.StoreURL, c.StorePatience = url, patience
	x := &troubled{site: openSite(t, c), process: process}
	x.admin = goredis.NewClient(&goredis.Options{Network: "unix", Addr: strings.TrimSuffix(strings.TrimPrefix(url, "unix://"), "?db=0")})
	t.Cleanup(func() { _ = x.admin.Close() })
	x.as("alice").say("", `declare "a bad night" sev:4`)
	x.as("alice").done("INC-1")
	return x
}

const badNight = "#inc-1-a-bad-night"

// note gives one note and returns the first answer, the last one, and how long
// each took.
func (x *troubled) note(text string) (first, last web.Answer, soon, late time.Duration) {
	x.Helper()
	c := web.Command{Delivery: strings.ReplaceAll(text, " ", "-"), Text: "note " + text, Room: badNight}
	began := time.Now()
	first = x.as("bob").hear(c)
	soon = time.Since(began)
	for last = first; last.Interim; {
		last = x.as("bob").hear(c)
	}
	return first, last, soon, time.Since(began)
}

func (x *troubled) do(words ...any) {
	x.Helper()
	if err := x.admin.Do(x.Context(), words...).Err(); err != nil {
		x.Fatalf("%v: %v", words, err)
	}
}

// within demands an answer in the time a platform gives, and its end in ten
// seconds.
func (x *troubled) within(sentence string, soon, late time.Duration) {
	x.Helper()
	if soon > 3*time.Second || late > 10*time.Second {
		x.Errorf("%s: answered after %s, settled after %s", sentence, soon, late)
	}
}

func TestACommandSurvivesAStoreThatHangs(t *testing.T) {
	t.Parallel()
	x := openTroubled(t, 8*time.Second)
	pause(t, x.process, 3500*time.Millisecond)
	first, last, soon, late := x.note("hung")
	x.within("a store that hangs", soon, late)
	if !first.Interim || !strings.HasPrefix(first.Text, "recording ...") || !strings.HasPrefix(last.Ref, "INC-1#") {
		t.Errorf("first %+v, then %+v", first, last)
	}
	x.recorded("hung", 1)
}

// pause stops a process for a while.
func pause(t *testing.T, p *exec.Cmd, d time.Duration) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(d, func() { _ = p.Process.Signal(syscall.SIGCONT) })
}

// recorded counts how often a note is on record.
func (x *troubled) recorded(text string, want int) {
	x.Helper()
	n := 0
	for _, note := range x.as("judy").state("INC-1").Notes {
		if note.Text == text {
			n++
		}
	}
	if n != want {
		x.Errorf("%s is on record %d times, want %d", text, n, want)
	}
}

func TestNothingIsPretendedWhenTheStoreStaysAway(t *testing.T) {
	t.Parallel()
	x := openTroubled(t, 3*time.Second)
	pause(t, x.process, 12*time.Second)
	first, last, soon, late := x.note("away")
	x.within("a store that stays away", soon, late)
	if !first.Interim || last.Code != fault.Store || !strings.Contains(last.Text, "NOT RECORDED, as far as is known") {
		t.Errorf("first %+v, then %+v", first, last)
	}
	// What was given up does not land afterwards.
	eventually(t, func() bool { return x.admin.Ping(t.Context()).Err() == nil })
	x.note("back")
	x.recorded("back", 1)
	x.recorded("away", 0)
}

func TestACommandIsRecordedByARedisThatComesBack(t *testing.T) {
	t.Parallel()
	x := openTroubled(t, 8*time.Second)
	x.do("REPLICAOF", "127.0.0.1", "1") // read-only, as in a failover
	time.AfterFunc(2500*time.Millisecond, func() { _ = x.admin.Do(t.Context(), "REPLICAOF", "NO", "ONE").Err() })
	first, last, soon, late := x.note("failover")
	x.within("a failover", soon, late)
	if !first.Interim || !strings.HasPrefix(last.Ref, "INC-1#") {
		t.Errorf("first %+v, then %+v", first, last)
	}
	x.recorded("failover", 1)
}

func TestARedisWithoutMemoryIsToldWithWhatItNeeds(t *testing.T) {
	t.Parallel()
	x := openTroubled(t, 3*time.Second)
	x.do("CONFIG", "SET", "maxmemory", "1")
	first, last, soon, late := x.note("full")
	x.within("a Redis without memory", soon, late)
	if !first.Interim || last.Code != fault.Store || !strings.Contains(last.Text, "NOT RECORDED: ") || !strings.Contains(last.Text, "more memory") {
		t.Errorf("first %+v, then %+v", first, last)
	}
	x.do("CONFIG", "SET", "maxmemory", "0")
	if _, last, _, _ := x.note("room again"); !strings.HasPrefix(last.Ref, "INC-1#") {
		t.Errorf("with memory: %+v", last)
	}
	x.recorded("full", 0)
}

func TestARedisThatIsGoneIsToldAndReadinessSaysSo(t *testing.T) {
	t.Parallel()
	x := openTroubled(t, 3*time.Second)
	_ = x.process.Process.Kill()
	first, last, soon, late := x.note("gone")
	x.within("a Redis that is gone", soon, late)
	if !first.Interim || last.Code != fault.Store || !strings.Contains(last.Text, "NOT RECORDED") {
		t.Errorf("first %+v, then %+v", first, last)
	}
	// What was on its way when it went is in doubt; what comes later is not.
	if _, last, _, _ := x.note("still-gone"); last.Code != fault.Store || !strings.Contains(last.Text, "NOT RECORDED: ") || !strings.Contains(last.Text, "Start Redis") {
		t.Errorf("when it was known to be gone: %+v", last)
	}
	status, text := asking{T: t, url: "http://" + x.ops.Address()}.call(http.MethodGet, "/readyz", "")
	var says map[string]string
	if err := json.Unmarshal([]byte(text), &says); err != nil || status != http.StatusServiceUnavailable || says["running"] != "ok" || !strings.Contains(says["store"], "does not answer") {
		t.Errorf("%d %s", status, text)
	}
}
