package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"holdfast/cmd/holdfast/config"
	"holdfast/internal/fault"
	"holdfast/web"
)

// listen opens the doors: for people and providers, and for operators.
func (s *server) listen(ctx context.Context) error {
	var plain net.ListenConfig
	limits := web.Limits{Connections: s.config.Connections, Refused: s.metrics.Refused, Log: s.log}
	l, err := plain.Listen(ctx, "tcp", s.config.ListenAddress)
	if err != nil {
		return taken("listen.address", s.config.ListenAddress, err)
	}
	if s.config.Certificate != "" {
		secured, err := s.tls()
		if err != nil {
			return errors.Join(err, l.Close())
		}
		l = tls.NewListener(l, secured)
	}
	s.api = web.Serve(l, s.handler(), limits)
	if s.config.OpsAddress == "" {
		return nil
	}
	o, err := plain.Listen(ctx, "tcp", s.config.OpsAddress)
	if err != nil {
		return taken("operations.address", s.config.OpsAddress, err)
	}
	s.ops = web.Serve(o, web.Operations([]web.Check{{Name: "running", Of: s.isRunning}, {Name: "store", Of: s.storeAnswers}}, s.metrics.Handler()), limits)
	return nil
}

// handler serves people and, where there are, Slack and who calls by webhook.
func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	if s.slack != nil {
		mux.Handle("/slack/", s.slack)
	}
	if s.pagerDoor != nil {
		mux.Handle(pagerDutyPath, s.pagerDoor)
	}
	if s.jira != nil {
		mux.Handle("/webhooks/jira", s.jira)
	}
	mux.Handle("/", s.web.Handler())
	return mux
}

func taken(key, address string, err error) error {
	return fault.Wrap(err, fault.Usage, fmt.Sprintf("Nothing can listen on %s (%s).", address, key), "Free the address, or name another one.")
}

// tls demands a certificate of people only where they have no token.
func (s *server) tls() (*tls.Config, error) {
	key, err := os.Open(s.config.Key)
	if err != nil {
		return nil, fault.Wrap(err, fault.Usage, "The key "+s.config.Key+" (listen.key) cannot be read.", "Look at the file and its rights.")
	}
	defer key.Close()
	if err := config.OnlyOwner(key); err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(s.config.Certificate, s.config.Key)
	if err != nil {
		return nil, fault.Wrap(err, fault.Usage, "The certificate "+s.config.Certificate+" and its key cannot be used.", "Both are PEM files and belong together.")
	}
	c := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if s.config.ClientCA == "" {
		return c, nil
	}
	text, err := os.ReadFile(s.config.ClientCA)
	if err != nil {
		return nil, fault.Wrap(err, fault.Usage, "The file "+s.config.ClientCA+" (listen.client_ca) cannot be read.", "Look at the file and its rights.")
	}
	c.ClientCAs = x509.NewCertPool()
	if !c.ClientCAs.AppendCertsFromPEM(text) {
		return nil, fault.New(fault.Usage, "The file "+s.config.ClientCA+" (listen.client_ca) holds no certificate.", "It is a PEM file.")
	}
	c.ClientAuth = tls.VerifyClientCertIfGiven
	return c, nil
}
