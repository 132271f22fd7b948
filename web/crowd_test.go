package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/web"
)

// Ten thousand connections that say nothing take neither the place of who
// speaks nor more files than the limit allows.
func TestTenThousandIdleConnectionsKeepNobodyOut(t *testing.T) {
	crowd := 10_000
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	if most := int(min(files.Cur, 1<<20)) - 2000; most < crowd { // both ends are in this process
		t.Logf("this machine lets a process open %d files: %d connections", files.Cur, most)
		crowd = most
	}
	address, refused := serving(t, 1000, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })
	ask := func() {
		t.Helper()
		c := dial(t, address)
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if answer, err := io.ReadAll(c); err != nil || !strings.HasSuffix(string(answer), "here") {
			t.Fatalf("%q, %v", answer, err)
		}
	}
	for n := range crowd {
		dial(t, address)
		if n%1000 == 0 {
			ask()
		}
	}
	ask()
	if turned := int(refused.Load()); turned < crowd-1000 {
		t.Errorf("void: %d of %d were turned away", turned, crowd)
	}
}

// A body that comes a byte at a time ends in a refusal, and nothing is handed
// in.
func TestABodyThatNeverEndsIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	address, _ := serving(t, 10, s.web.Handler().ServeHTTP)
	c := dial(t, address)
	fmt.Fprintf(c, "POST /api/v1/commands HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 100000\r\n\r\n{\"text\":\"note ", s.tokens["alice"])
	go trickle(c)
	now := clock.System{}.Now
	began := now()
	_ = c.SetReadDeadline(began.Add(20 * time.Second))
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("after %s: %v", now().Sub(began), err)
	}
	defer resp.Body.Close()
	var p web.Problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || resp.StatusCode != http.StatusRequestTimeout || p.Code != fault.Usage || !strings.Contains(p.Text, "did not arrive in time") {
		t.Errorf("%s %+v, %v", resp.Status, p, err)
	}
	if len(s.desk.seen) > 0 {
		t.Errorf("handed in: %+v", s.desk.seen)
	}
}

// Headers that never end do so all the same.
func TestHeadersThatNeverEndAreCutOff(t *testing.T) {
	t.Parallel()
	address, _ := serving(t, 10, func(http.ResponseWriter, *http.Request) { t.Error("it was answered") })
	c := dial(t, address)
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nX-Long: ")
	go trickle(c)
	_ = c.SetReadDeadline(clock.System{}.Now().Add(12 * time.Second))
	if _, err := io.ReadAll(c); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Errorf("the connection is still there: %v", err)
	}
}

// trickle writes a byte now and then until the other end hangs up.
func trickle(c net.Conn) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := c.Write([]byte("x")); err != nil {
			return
		}
	}
}
