package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"

	"holdfast/internal/fault"
)

// ParseURL reads the address of a provider. What it cannot use it refuses
// without repeating it, since it may hold a password.
func ParseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Fragment != "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault.New(fault.Usage, "The URL of a provider cannot be read.", "Write https://HOST/PATH.")
	}
	return u, nil
}

// transport makes the one http.Transport of a client. Connections are not kept:
// a page must not depend on one that may have died while it idled, and on such
// a death Go would send a request with an Idempotency-Key again by itself.
func (o Options) transport() (*http.Transport, error) {
	if !agentForm.MatchString(o.agent()) {
		return nil, fault.Newf(fault.Usage, "Use letters, digits and ._+-.", "%q cannot be a version.", o.Version)
	}
	allowed, err := parseAllowed(o.Allow)
	if err != nil {
		return nil, err
	}
	roots, err := o.roots()
	if err != nil {
		return nil, err
	}
	proxy, err := o.proxy()
	if err != nil {
		return nil, err
	}
	gate := &gate{dialer: net.Dialer{Timeout: o.Connect, Resolver: o.Resolver}, allowed: allowed}
	return &http.Transport{
		Proxy:                  proxy,
		OnProxyConnectResponse: proxyAnswered,
		ProxyConnectHeader:     http.Header{"User-Agent": {o.agent()}},
		DialContext:            gate.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, Time: o.Clock.Now},
		TLSHandshakeTimeout:    o.TLS,
		ResponseHeaderTimeout:  o.Header,
		MaxResponseHeaderBytes: 64 << 10,
		DisableKeepAlives:      true,
	}, nil
}

var agentForm = regexp.MustCompile(`^holdfast/[A-Za-z0-9._+-]+$`)

func (o Options) roots() (*x509.CertPool, error) {
	if o.Roots == "" {
		return nil, nil // the machine's
	}
	pem, err := os.ReadFile(o.Roots)
	if err != nil {
		return nil, fault.Wrap(err, fault.Usage, "The file of trusted certificates cannot be read.", "Name a PEM file that Holdfast may read.")
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fault.Newf(fault.Usage, "Put the certificates of the authorities to trust into it, in PEM.", "%s holds no certificate.", o.Roots)
	}
	return pool, nil
}

func (o Options) proxy() (func(*http.Request) (*url.URL, error), error) {
	if o.Proxy == "" {
		return nil, nil
	}
	u, err := url.Parse(o.Proxy)
	if err == nil && u.Hostname() != "" {
		switch u.Scheme {
		case "http", "https", "socks5", "socks5h":
			return http.ProxyURL(u), nil
		}
	}
	return nil, fault.New(fault.Usage, "The URL of the proxy cannot be read.", "Write http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT.")
}

// ProxyError says that the proxy would not open a way to the provider.
type ProxyError struct{ Status int }

func (e *ProxyError) Error() string { return fmt.Sprintf("the proxy answered %d", e.Status) }

func proxyAnswered(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return &ProxyError{Status: answer.StatusCode}
	}
	return nil
}
