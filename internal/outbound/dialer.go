package outbound

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"strings"

	"holdfast/internal/fault"
)

// Dialer connects to a provider that does not speak HTTP, such as a mail server,
// and holds it to the same rules. Through an HTTP proxy it asks for a tunnel
// (CONNECT); it knows no other.
type Dialer struct {
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	tls  *tls.Config
}

// NewDialer returns a dialer. Of the options Header and Timeout mean nothing to
// it: who calls it bounds the whole by its context.
func NewDialer(o Options) (*Dialer, error) {
	o = o.withDefaults()
	allowed, err := parseAllowed(o.Allow)
	if err != nil {
		return nil, err
	}
	roots, err := o.roots()
	if err != nil {
		return nil, err
	}
	g := &gate{dialer: net.Dialer{Timeout: o.Connect, Resolver: o.Resolver}, allowed: allowed}
	d := &Dialer{dial: g.dial, tls: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, Time: o.Clock.Now}}
	if o.Proxy == "" {
		return d, nil
	}
	at, err := url.Parse(o.Proxy)
	switch {
	case err != nil || at.Hostname() == "":
		return nil, fault.New(fault.Usage, "The address of the proxy cannot be used.", "Write http://HOST:PORT.")
	case strings.HasPrefix(at.Scheme, "socks"):
		return nil, fault.New(fault.Usage, "What does not speak HTTP does not go through a SOCKS proxy.", "Name an HTTP proxy, or let it go out directly.")
	}
	d.dial = (&tunnel{at: at, dial: g.dial, tls: d.tls.Clone(), agent: o.agent()}).through
	return d, nil
}

// Within returns how to connect to host:port for a library that dials with a
// context of its own: the connection ends with ctx, whatever waits on it.
func (d *Dialer) Within(ctx context.Context) func(context.Context, string, string) (net.Conn, error) {
	return func(_ context.Context, network, address string) (net.Conn, error) {
		conn, err := d.dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &bounded{Conn: conn, stop: context.AfterFunc(ctx, func() { conn.Close() })}, nil
	}
}

// WithinTLS does the same and speaks TLS to host from the first byte.
func (d *Dialer) WithinTLS(ctx context.Context, host string) func(context.Context, string, string) (net.Conn, error) {
	dial := d.Within(ctx)
	return func(_ context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		secured := tls.Client(conn, d.TLS(host))
		if err := secured.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, err
		}
		return secured, nil
	}
}

// TLS returns how to speak TLS to a host.
func (d *Dialer) TLS(host string) *tls.Config {
	c := d.tls.Clone()
	c.ServerName = host
	return c
}

// bounded is a connection that ends with a context.
type bounded struct {
	net.Conn
	stop func() bool
}

func (b *bounded) Close() error {
	b.stop()
	return b.Conn.Close()
}

// Words says why a call over a dialer's connection has failed, without showing
// what a secret may stand in.
func Words(err error) string { return words(err) }
