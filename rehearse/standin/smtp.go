package standin

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"holdfast/internal/clock"
)

// SMTP is a mail server on a port of this machine: STARTTLS, signing in, and
// mailboxes that keep what arrives byte for byte. Addresses that begin with
// "nobody" do not exist; after STARTTLS nothing works without signing in.
type SMTP struct {
	*Faults
	Port  int
	Roots []byte // PEM of the certificates to trust

	user, password string
	listener       net.Listener
	good, expired  *tls.Certificate
	end            context.CancelFunc
	done           context.Context
	running        sync.WaitGroup
	hung           func()

	mu       sync.Mutex
	conns    []net.Conn
	received []Received
}

// Received is a mail as it has arrived.
type Received struct {
	From, To string
	Data     string // with its head; lines end in \r\n
	Secured  bool   // it came over TLS
}

// ServeSMTP listens until Close. hung is called whenever a caller is left
// without an answer.
func ServeSMTP(ctx context.Context, c clock.Clock, user, password string, hung func()) (*SMTP, error) {
	good, err := certificate(c.Now().Add(time.Hour))
	if err != nil {
		return nil, err
	}
	expired, err := certificate(c.Now().Add(-time.Hour))
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve a mail server: %w", err)
	}
	s := &SMTP{Faults: NewFaults("the mail server", c), Port: l.Addr().(*net.TCPAddr).Port, user: user, password: password, listener: l, good: good, expired: expired, hung: hung}
	for _, x := range []*tls.Certificate{good, expired} {
		s.Roots = append(s.Roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: x.Certificate[0]})...)
	}
	s.done, s.end = context.WithCancel(context.WithoutCancel(ctx))
	s.running.Go(s.accept)
	return s, nil
}

// Close ends every connection and waits.
func (s *SMTP) Close() error {
	s.end()
	err := s.listener.Close()
	s.mu.Lock()
	for _, c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
	return err
}

// Received returns what has arrived, in order.
func (s *SMTP) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.received)
}

func (s *SMTP) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns = append(s.conns, conn)
		s.mu.Unlock()
		s.running.Go(func() {
			defer conn.Close()
			mode, _ := s.next()
			(&session{server: s, conn: conn, mode: mode}).run()
		})
	}
}

// session is one connection, which fails in one mode or not at all.
type session struct {
	server   *SMTP
	conn     net.Conn
	in       *bufio.Reader
	mode     string
	secured  bool
	signedIn bool
	from, to string
}

func (x *session) say(line string) bool {
	_, err := x.conn.Write([]byte(line + "\r\n"))
	return err == nil
}

func (x *session) run() {
	x.in = bufio.NewReader(x.conn)
	switch x.mode {
	case Refuse:
		return
	case Hang:
		x.server.hung()
		<-x.server.done.Done()
		return
	case Garbage:
		x.say("HTTP/1.1 400 Bad Request")
		return
	case Unavailable, Throttle:
		x.say("421 mail.example: come back later")
		return
	}
	if !x.say("220 mail.example ESMTP") {
		return
	}
	for {
		line, err := x.in.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if !x.answer(strings.ToUpper(verb), rest) {
			return
		}
	}
}

// answer reports whether the connection goes on.
func (x *session) answer(verb, rest string) bool {
	switch verb {
	case "EHLO":
		if !x.secured {
			return x.say("250-mail.example") && x.say("250 STARTTLS")
		}
		return x.say("250-mail.example") && x.say("250-8BITMIME") && x.say("250 AUTH PLAIN")
	case "STARTTLS":
		if !x.say("220 go on") {
			return false
		}
		return x.secure()
	case "AUTH":
		_, coded, _ := strings.Cut(rest, " ")
		given, err := base64.StdEncoding.DecodeString(coded)
		if err != nil || x.mode == Unauthorized || string(given) != "\x00"+x.server.user+"\x00"+x.server.password {
			return x.say("535 5.7.8 who are you")
		}
		x.signedIn = true
		return x.say("235 welcome")
	case "MAIL":
		if !x.signedIn {
			return x.say("530 sign in first")
		}
		x.from = between(rest)
		return x.say("250 ok")
	case "RCPT":
		x.to = between(rest)
		if strings.HasPrefix(x.to, "nobody") {
			return x.say("550 5.1.1 no such mailbox, token=hunter2hunter2")
		}
		if x.mode == ServerError {
			return x.say("451 4.3.0 the disk is full")
		}
		return x.say("250 ok")
	case "DATA":
		return x.say("354 go on") && x.take()
	case "QUIT":
		x.say("221 bye")
		return false
	}
	return x.say("502 not here")
}

func (x *session) secure() bool {
	cert := x.server.good
	if x.mode == BadTLS {
		cert = x.server.expired
	}
	secured := tls.Server(x.conn, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{*cert}})
	if secured.HandshakeContext(context.Background()) != nil {
		return false
	}
	x.conn, x.in, x.secured = secured, bufio.NewReader(secured), true
	return true
}

// take keeps a mail. With a lost reply it says nothing about it.
func (x *session) take() bool {
	var data strings.Builder
	for {
		line, err := x.in.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		data.WriteString(strings.TrimPrefix(line, "."))
	}
	x.server.mu.Lock()
	x.server.received = append(x.server.received, Received{x.from, x.to, data.String(), x.secured})
	x.server.mu.Unlock()
	return x.mode != LostReply && x.say("250 taken")
}

func between(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}
