package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"holdfast/internal/clock"
)

func TestAConnectionThatNeverAskedDoesNotHoldUpTheStop(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := Serve(l, http.NotFoundHandler(), Limits{Connections: 9, Refused: func(string) {}, Log: slog.New(slog.DiscardHandler)})
	silent, err := net.Dial("tcp", s.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	if r, err := http.Get("http://" + s.Address()); err != nil { // it was accepted after the silent one
		t.Fatal(err)
	} else {
		r.Body.Close()
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
