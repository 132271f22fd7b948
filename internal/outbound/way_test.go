package outbound_test

import (
	"bufio"
	"context"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/internal/fault"
	"holdfast/internal/outbound"
)

// listen takes connections on this machine and hands each to f.
func listen(t *testing.T, f func(net.Conn)) (address string) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				f(c)
			}()
		}
	}()
	return l.Addr().String()
}

// proxied is an HTTP proxy that opens a way to anywhere, for whoever has the
// password.
func proxied() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Header.Get("Proxy-Authorization") != "Basic dXNlcjpodW50ZXIy" || r.UserAgent() != "holdfast/dev" {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		to, err := new(net.Dialer).DialContext(r.Context(), "tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer to.Close()
		from, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer from.Close()
		_, _ = io.WriteString(from, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { _, _ = io.Copy(to, from) }()
		_, _ = io.Copy(from, to)
	})
}

// heard is what somebody says who is reached.
func heard(t *testing.T, w outbound.Way, address string) (string, error) {
	t.Helper()
	conn, err := w.Dial(t.Context(), "tcp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	text, err := io.ReadAll(conn)
	return string(text), err
}

func TestAConnectionThatIsNoCallReachesOnlyWhatIsAllowed(t *testing.T) {
	address := listen(t, func(c net.Conn) { _, _ = io.WriteString(c, "here") })
	if text, err := heard(t, client(t, outbound.Options{}).Way(), address); err != nil || text != "here" {
		t.Errorf("allowed: %q, %v", text, err)
	}
	var refused *outbound.AddressError
	if _, err := heard(t, client(t, outbound.Options{Allow: []string{}}).Way(), address); !errors.As(err, &refused) {
		t.Errorf("not allowed: %v", err)
	}
}

func TestAConnectionThatIsNoCallGoesThroughTheProxy(t *testing.T) {
	address := listen(t, func(c net.Conn) { _, _ = io.WriteString(c, "here") })
	plain, secure := httptest.NewServer(proxied()), httptest.NewUnstartedServer(proxied())
	secure.Config.ErrorLog = quiet()
	secure.StartTLS()
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{plain.URL, secure.URL} {
		way := func(allow ...string) outbound.Way {
			return client(t, outbound.Options{Proxy: strings.Replace(at, "://", "://user:hunter2@", 1), Roots: roots, Allow: append([]string{}, allow...)}).Way()
		}
		if text, err := heard(t, way("127.0.0.1"), address); err != nil || text != "here" {
			t.Errorf("%s: %q, %v", at, text, err)
		}
		var refused *outbound.AddressError
		if _, err := heard(t, way(), address); !errors.As(err, &refused) {
			t.Errorf("%s, itself not allowed: %v", at, err)
		}
		var status *outbound.ProxyError
		if _, err := heard(t, way("127.0.0.1"), "127.0.0.1:1"); !errors.As(err, &status) || status.Status != http.StatusBadGateway {
			t.Errorf("%s, which reaches nobody: %v", at, err)
		}
		_, err := heard(t, client(t, outbound.Options{Proxy: at, Roots: roots}).Way(), address)
		if !errors.As(err, &status) || status.Status != http.StatusProxyAuthRequired {
			t.Errorf("%s, which does not know us: %v", at, err)
		}
	}
}

func TestAProxyThatSpeaksBadlyIsAnError(t *testing.T) {
	answers := map[string]string{"no reason": "HTTP/1.1 407\r\n\r\n", "nonsense": "what\r\n\r\n", "nothing": ""}
	for sentence, says := range answers {
		proxy := listen(t, func(c net.Conn) {
			if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				_, _ = io.WriteString(c, says)
			}
		})
		if _, err := heard(t, client(t, outbound.Options{Proxy: "http://" + proxy}).Way(), "127.0.0.1:1"); err == nil {
			t.Errorf("%s: no error", sentence)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	silent := listen(t, func(c net.Conn) {
		_, _ = http.ReadRequest(bufio.NewReader(c))
		cancel()
		_, _ = io.Copy(io.Discard, c)
	})
	if _, err := client(t, outbound.Options{Proxy: "http://" + silent}).Way().Dial(ctx, "tcp", "127.0.0.1:1"); err == nil {
		t.Error("given up: no error")
	}
}

func TestASocksProxyIsNamedWithItsPort(t *testing.T) {
	for given, want := range map[string]string{"socks5://127.0.0.1": "socks5://127.0.0.1:1080", "socks5h://user:x@[::1]:99": "socks5://user:x@[::1]:99"} {
		w := client(t, outbound.Options{Proxy: given}).Way()
		if w.Socks == nil {
			t.Errorf("%s is no SOCKS proxy", given)
			continue
		}
		if u, err := w.Socks(nil); err != nil || u.String() != want {
			t.Errorf("%s: %v, %v", given, u, err)
		}
	}
}

func TestWhatSpeaksMailGoesThroughTheProxyToo(t *testing.T) {
	address := listen(t, func(c net.Conn) { _, _ = io.WriteString(c, "220 here") })
	proxy := httptest.NewServer(proxied())
	t.Cleanup(proxy.Close)
	reach := func(o outbound.Options) (string, error) {
		t.Helper()
		d, err := outbound.NewDialer(o)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := d.Within(t.Context())(t.Context(), "tcp", address)
		if err != nil {
			return "", err
		}
		defer conn.Close()
		text, err := io.ReadAll(conn)
		return string(text), err
	}
	known := strings.Replace(proxy.URL, "://", "://user:hunter2@", 1)
	if text, err := reach(outbound.Options{Proxy: known, Allow: []string{"127.0.0.1"}}); err != nil || text != "220 here" {
		t.Errorf("through it: %q, %v", text, err)
	}
	var status *outbound.ProxyError
	if _, err := reach(outbound.Options{Proxy: proxy.URL, Allow: []string{"127.0.0.1"}}); !errors.As(err, &status) {
		t.Errorf("who does not know us: %v", err)
	}
	var refused *outbound.AddressError
	if _, err := reach(outbound.Options{Proxy: known}); !errors.As(err, &refused) {
		t.Errorf("not allowed itself: %v", err)
	}
	for _, at := range []string{"socks5://proxy.example.com", "://", "http://"} {
		if _, err := outbound.NewDialer(outbound.Options{Proxy: at}); fault.CodeOf(err) != fault.Usage || fault.From(err).Next == "" {
			t.Errorf("%s: %v", at, err)
		}
	}
}
