package web

import (
	"container/list"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// The limits of one connection.
const (
	headerLimit = 5 * time.Second
	readLimit   = 10 * time.Second
	answerLimit = 15 * time.Second
	idleLimit   = 60 * time.Second
	headerBytes = 16 << 10
)

// Serving is a listener with the server behind it.
type Serving struct {
	server   *http.Server
	listener net.Listener
	done     chan struct{}
}

// Limits bound what callers may hold. Refused counts whom they turn away.
type Limits struct {
	Connections int
	Refused     func(reason string)
	Log         *slog.Logger
}

// Serve answers on a listener with a handler until Stop. A connection too many
// takes the place of the one that has been idle longest; where none is idle it
// is closed.
func Serve(l net.Listener, h http.Handler, limits Limits) *Serving {
	crowd := &crowd{most: limits.Connections, refused: limits.Refused, idle: list.New(), held: map[net.Conn]*list.Element{}}
	s := &Serving{listener: l, done: make(chan struct{}), server: &http.Server{
		Handler: h, ReadHeaderTimeout: headerLimit, ReadTimeout: readLimit, WriteTimeout: answerLimit, IdleTimeout: idleLimit,
		MaxHeaderBytes: headerBytes, ConnState: crowd.note,
		// Callers that break off, or speak no TLS, are not worth more.
		ErrorLog: slog.NewLogLogger(limits.Log.Handler(), slog.LevelDebug),
	}}
	s.server.RegisterOnShutdown(crowd.leave)
	go func() {
		defer close(s.done)
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			limits.Log.Error("no longer listening", "address", l.Addr().String(), "err", err)
		}
	}()
	return s
}

// Address is where it listens.
func (s *Serving) Address() string { return s.listener.Addr().String() }

// Stop takes no more connections and waits for the requests that are being
// answered, at most as long as ctx; then it breaks them off.
func (s *Serving) Stop(ctx context.Context) error {
	err := s.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.server.Close()
	}
	<-s.done
	return err
}

// crowd bounds the connections.
type crowd struct {
	most    int
	refused func(reason string)

	mu   sync.Mutex
	idle *list.List                 // those that wait for a request, longest first
	held map[net.Conn]*list.Element // all; nil for one that is being answered
}

// note is called by the server when a connection changes its state.
func (c *crowd) note(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if waiting := c.held[conn]; waiting != nil {
		c.idle.Remove(waiting)
	}
	switch state {
	case http.StateNew:
		c.held[conn] = c.idle.PushBack(conn)
		if len(c.held) > c.most {
			c.makeRoom()
		}
	case http.StateIdle:
		c.held[conn] = c.idle.PushBack(conn)
	case http.StateActive:
		c.held[conn] = nil
	case http.StateClosed, http.StateHijacked:
		delete(c.held, conn)
	}
}

// leave closes the connections on which nothing is being asked. The server
// would wait five seconds for those that never have asked anything, which
// callers like to keep in reserve.
func (c *crowd) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for e := c.idle.Front(); e != nil; e = e.Next() {
		_ = e.Value.(net.Conn).Close() // nobody waits for an answer on it
	}
}

// makeRoom closes the connection that has been idle longest; the newest is
// among them, so that there is one. The caller holds c.mu.
func (c *crowd) makeRoom() {
	oldest := c.idle.Front()
	conn := oldest.Value.(net.Conn)
	c.idle.Remove(oldest)
	delete(c.held, conn)
	c.refused("connections")
	_ = conn.Close() // it is being turned away
}
