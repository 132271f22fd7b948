package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"holdfast/web"
)

// serving answers with a handler on a port of its own.
func serving(t *testing.T, connections int, h http.HandlerFunc) (address string, refused *atomic.Int64) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused = &atomic.Int64{}
	s := web.Serve(l, h, web.Limits{Connections: connections, Refused: func(string) { refused.Add(1) }, Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() {
		ctx, done := context.WithTimeout(context.Background(), 5*time.Second)
		defer done()
		if err := s.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return s.Address(), refused
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestACrowdThatSaysNothingLeavesRoomForWhoSpeaks(t *testing.T) {
	address, refused := serving(t, 20, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })
	for range 200 {
		dial(t, address)
	}
	for range 3 {
		c := dial(t, address)
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		answer, err := io.ReadAll(c)
		if err != nil || !strings.HasSuffix(string(answer), "here") {
			t.Fatalf("%q, %v", answer, err)
		}
	}
	if refused.Load() < 180 {
		t.Errorf("void: only %d were turned away", refused.Load())
	}
}

func TestWhoIsBeingAnsweredKeepsTheirPlace(t *testing.T) {
	let, begun := make(chan struct{}), make(chan struct{}, 1)
	address, _ := serving(t, 5, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/long" {
			begun <- struct{}{}
			<-let
		}
		_, _ = io.WriteString(w, "here")
	})
	long := dial(t, address)
	fmt.Fprint(long, "GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
	<-begun
	for range 50 {
		dial(t, address)
	}
	c := dial(t, address)
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if answer, err := io.ReadAll(c); err != nil || !strings.HasSuffix(string(answer), "here") {
		t.Errorf("the newest: %q, %v", answer, err)
	}
	close(let)
	resp, err := http.ReadResponse(bufio.NewReader(long), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "here" {
		t.Errorf("who came first: %q, %v", body, err)
	}
}

func TestManyAtOnceAreAllAnswered(t *testing.T) {
	address, _ := serving(t, 1000, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 20 {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address, nil)
				if err != nil {
					t.Error(err)
					return
				}
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				resp.Body.Close()
			}
		})
	}
	all.Wait()
}

func TestReadinessNamesWhatFails(t *testing.T) {
	down := fmt.Errorf("the store does not answer")
	ops := web.Operations([]web.Check{
		{Name: "running", Of: func(context.Context) error { return nil }},
		{Name: "store", Of: func(context.Context) error { return down }},
	}, http.NotFoundHandler())
	address, _ := serving(t, 10, ops.ServeHTTP)
	status, body := get(t, "http://"+address+"/readyz", "")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, `"running":"ok"`) || !strings.Contains(body, `"store":"the store does not answer"`) {
		t.Errorf("%d %s", status, body)
	}
	down = nil
	if status, body := get(t, "http://"+address+"/readyz", ""); status != http.StatusOK {
		t.Errorf("%d %s", status, body)
	}
	if status, body := get(t, "http://"+address+"/healthz", ""); status != http.StatusOK || body != "ok\n" {
		t.Errorf("%d %s", status, body)
	}
}

func get(t *testing.T, url, token string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}
