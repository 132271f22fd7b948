package outbound

import (
	"context"
	"crypto/tls"
	"net"
)

// Dialer connects to a provider that does not speak HTTP, such as a mail server,
// and holds it to the same rules. It knows no proxy.
type Dialer struct {
	gate *gate
	tls  *tls.Config
}

// NewDialer returns a dialer. Of the options Proxy, Header and Timeout mean
// nothing to it: who calls it bounds the whole by its context.
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
	return &Dialer{
		gate: &gate{dialer: net.Dialer{Timeout: o.Connect, Resolver: o.Resolver}, allowed: allowed},
		tls:  &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, Time: o.Clock.Now},
	}, nil
}

// Within returns how to connect to host:port for a library that dials with a
// context of its own: the connection ends with ctx, whatever waits on it.
func (d *Dialer) Within(ctx context.Context) func(context.Context, string, string) (net.Conn, error) {
	return func(_ context.Context, network, address string) (net.Conn, error) {
		conn, err := d.gate.dial(ctx, network, address)
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
