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

// proxy stands between a store and its server and spoils what comes back. It
// can be turned to another server, as a failover does.
type proxy struct {
	address net.Addr
	behind  atomic.Pointer[server]
	losing  atomic.Bool // the next reply closes its connection instead of arriving
	loses   func(reply []byte) bool
	silent  atomic.Bool // replies never arrive
	change  func(reply []byte) []byte

	mu    sync.Mutex
	conns []net.Conn
}

func newProxy(t *testing.T, s *server) *proxy {
	t.Helper()
	p := listen(t, "unix", filepath.Join(s.dir, "proxy.sock"))
	p.behind.Store(s)
	return p
}

// listen starts a proxy that refuses until it has a server behind it.
func listen(t *testing.T, network, address string) *proxy {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{address: listener.Addr(), change: bytes.Clone, loses: func([]byte) bool { return true }}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return // closed below
			}
			server := p.behind.Load()
			if server == nil {
				near.Close()
				continue
			}
			far, err := new(net.Dialer).DialContext(t.Context(), "unix", server.socket)
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
		p.drop()
		running.Wait()
	})
	return p
}

// turn leads all connections to another server from now on.
func (p *proxy) turn(s *server) {
	p.behind.Store(s)
	p.drop()
}

func (p *proxy) keep(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, conns...)
}

func (p *proxy) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}

// back carries replies.
func (p *proxy) back(near, far net.Conn) {
	defer near.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := far.Read(buf)
		if err != nil || p.loses(buf[:n]) && p.losing.CompareAndSwap(true, false) {
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

func (p *proxy) url() string { return "unix://" + p.address.String() }
