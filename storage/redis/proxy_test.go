package redis_test

import (
	"bytes"
	"io"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy stands between a store and its server and spoils what comes back.
type proxy struct {
	socket string
	losing atomic.Bool // the next reply closes its connection instead of arriving
	silent atomic.Bool // replies never arrive
	change func(reply []byte) []byte

	mu    sync.Mutex
	conns []net.Conn
}

func newProxy(t *testing.T, s *server) *proxy {
	t.Helper()
	p := &proxy{socket: filepath.Join(s.dir, "proxy.sock"), change: bytes.Clone}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", p.socket)
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return // closed below
			}
			far, err := new(net.Dialer).DialContext(t.Context(), "unix", s.socket)
			if err != nil {
				near.Close()
				continue
			}
			p.keep(near, far)
			running.Go(func() { _, _ = io.Copy(far, near); far.Close() })
			running.Go(func() { p.back(near, far) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		p.mu.Lock()
		for _, c := range p.conns {
			c.Close()
		}
		p.mu.Unlock()
		running.Wait()
	})
	return p
}

func (p *proxy) keep(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, conns...)
}

// back carries replies.
func (p *proxy) back(near, far net.Conn) {
	defer near.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := far.Read(buf)
		if err != nil || p.losing.CompareAndSwap(true, false) {
			return
		}
		if p.silent.Load() {
			continue
		}
		if _, err := near.Write(p.change(buf[:n])); err != nil {
			return
		}
	}
}

func (p *proxy) url() string { return "unix://" + p.socket }
