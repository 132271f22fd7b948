package web_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/web"
)

func TestAConnectionThatNeverAskedDoesNotHoldUpTheStop(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := web.Serve(l, http.NotFoundHandler(), web.Limits{Connections: 9, Refused: func(string) {}, Log: slog.New(slog.DiscardHandler)})
	dial(t, s.Address())
	second := dial(t, s.Address()) // when it is answered, the first was accepted
	fmt.Fprint(second, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if _, err := io.ReadAll(second); err != nil {
		t.Fatal(err)
	}
	ctx, done := context.WithTimeout(t.Context(), 4*time.Second)
	defer done()
	now := clock.System{}.Now
	began := now()
	err = s.Stop(ctx)
	if took := now().Sub(began); err != nil || took > 2*time.Second {
		t.Errorf("stopped after %s: %v", took, err)
	}
}
