package outbound

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Way is how a connection leaves that is no HTTP call: a websocket. It is held
// to the same addresses, certificates and proxy as the calls of its client.
type Way struct {
	// Dial connects to HOST:PORT without TLS, through an HTTP proxy if there is
	// one. The address that is dialled is judged.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Socks names the SOCKS proxy to go through, which is then what is dialled;
	// nil for none.
	Socks func(*http.Request) (*url.URL, error)
	// TLS is for the connection once it is there.
	TLS *tls.Config
	// Handshake bounds everything until the connection can be used.
	Handshake time.Duration
}

// Way returns how connections of this client leave.
func (c *Client) Way() Way {
	w := c.way
	w.TLS = w.TLS.Clone()
	return w
}

// way makes the way of a client beside its transport.
func (o Options) way(t *http.Transport) (Way, error) {
	w := Way{Dial: t.DialContext, TLS: t.TLSClientConfig.Clone(), Handshake: o.Timeout}
	if o.Proxy == "" {
		return w, nil
	}
	at, err := url.Parse(o.Proxy)
	if err != nil {
		return Way{}, err // the transport has refused it, in better words
	}
	switch at.Scheme {
	case "socks5", "socks5h":
		at.Scheme, at.Host = "socks5", withPort(at, "1080")
		w.Socks = http.ProxyURL(at)
	default:
		p := &tunnel{at: at, dial: t.DialContext, tls: t.TLSClientConfig.Clone(), agent: o.agent()}
		w.Dial = p.through
	}
	return w, nil
}

func withPort(at *url.URL, port string) string {
	if at.Port() != "" {
		port = at.Port()
	}
	return net.JoinHostPort(at.Hostname(), port)
}

// tunnel goes through an HTTP proxy.
type tunnel struct {
	at    *url.URL
	dial  func(ctx context.Context, network, address string) (net.Conn, error)
	tls   *tls.Config // for a proxy that is spoken to over TLS
	agent string
}

// through asks the proxy to open a connection to an address.
func (p *tunnel) through(ctx context.Context, network, address string) (net.Conn, error) {
	port := "80"
	if p.at.Scheme == "https" {
		port = "443"
	}
	conn, err := p.dial(ctx, network, withPort(p.at, port))
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	beyond, err := p.ask(ctx, conn, address)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return beyond, nil
}

func (p *tunnel) ask(ctx context.Context, conn net.Conn, address string) (net.Conn, error) {
	if p.at.Scheme == "https" {
		own := p.tls.Clone()
		own.ServerName = p.at.Hostname()
		secure := tls.Client(conn, own)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		conn = secure
	}
	connect := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address, Header: http.Header{"User-Agent": {p.agent}}}
	if u := p.at.User; u != nil {
		password, _ := u.Password()
		connect.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+password)))
	}
	if err := connect.Write(conn); err != nil {
		return nil, fmt.Errorf("ask the proxy: %w", err)
	}
	ahead := bufio.NewReader(conn)
	answer, err := http.ReadResponse(ahead, connect)
	if err != nil {
		return nil, fmt.Errorf("hear the proxy: %w", err)
	}
	_ = answer.Body.Close() // of a way that is open there is none
	if answer.StatusCode != http.StatusOK {
		return nil, &ProxyError{Status: answer.StatusCode}
	}
	return &opened{conn, ahead}, nil
}

// opened is a connection of which something may have been read together with
// the proxy's answer.
type opened struct {
	net.Conn
	ahead *bufio.Reader
}

func (o *opened) Read(p []byte) (int, error) { return o.ahead.Read(p) }
