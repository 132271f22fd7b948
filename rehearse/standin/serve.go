package standin

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"time"

	"holdfast/internal/clock"
)

// Server is a stand-in that is reached over the network, on a port of this
// machine that the kernel has chosen.
type Server struct {
	URL   string // without a path
	Roots []byte // PEM of the certificate to trust; nil without TLS

	http   *http.Server
	end    context.CancelFunc
	served chan struct{}
}

// Serve answers HTTP until Close.
func Serve(ctx context.Context, h http.Handler) (*Server, error) {
	return serve(ctx, h, "http", func(l net.Listener) net.Listener { return l })
}

// ServeTLS answers HTTPS under a certificate for 127.0.0.1 that is made for the
// occasion and valid at the clock's time. Where spoiled is true for a
// connection, it shows one that has expired.
func ServeTLS(ctx context.Context, h http.Handler, c clock.Clock, spoiled func() bool) (*Server, error) {
	good, err := certificate(c.Now().Add(23 * time.Hour))
	if err != nil {
		return nil, err
	}
	expired, err := certificate(c.Now().Add(-time.Hour))
	if err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		if spoiled() {
			return expired, nil
		}
		return good, nil
	}}
	s, err := serve(ctx, h, "https", func(l net.Listener) net.Listener { return tls.NewListener(l, config) })
	if err != nil {
		return nil, err
	}
	for _, c := range []*tls.Certificate{good, expired} { // so that only its dates speak against the second
		s.Roots = append(s.Roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]})...)
	}
	return s, nil
}

func serve(ctx context.Context, h http.Handler, scheme string, secure func(net.Listener) net.Listener) (*Server, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve a stand-in: %w", err)
	}
	// Calls that hang end with the server.
	ctx, end := context.WithCancel(context.WithoutCancel(ctx))
	s := &Server{URL: scheme + "://" + l.Addr().String(), end: end, served: make(chan struct{})}
	s.http = &http.Server{
		Handler:           h,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // refused handshakes are meant
	}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(secure(l)) // ends when Close is called
	}()
	return s, nil
}

// Close ends the server and waits for the calls under way, of which those that
// hang are cut off.
func (s *Server) Close() error {
	s.end()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	<-s.served
	if err != nil {
		return s.http.Close() // somebody has connected and says nothing
	}
	return nil
}

// certificate makes one for 127.0.0.1 that signs itself and has been valid for
// a day when it ends.
func certificate(ends time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: ends.Add(-24 * time.Hour), NotAfter: ends,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
