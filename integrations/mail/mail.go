// Package mail sends mails through an SMTP server. docs/mail.md tells an
// operator how.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/textproto"
	"regexp"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
)

// Options say which server sends, and as whom.
type Options struct {
	Host     string // a name or an address
	Port     int
	Security string // STARTTLS, TLS or None
	User     string // empty: without signing in
	Password string
	From     string // one address
	Name     string // of the sender, as readers see it; may be empty
	Dialer   *outbound.Dialer
	Clock    clock.Clock // dates the mails; nil: the system's
}

// How the way to the server is secured. Nothing is ever sent in the clear to
// another machine.
const (
	STARTTLS = "starttls" // demanded after the greeting
	TLS      = "tls"      // from the first byte
	None     = "none"     // only to this machine
)

// limit is how long one try may take, from the connection to the last answer.
const limit = 10 * time.Second

// Mailer sends through one server.
type Mailer struct {
	o      Options
	domain string // of the sender
}

var _ integrations.Mailer = (*Mailer)(nil)

var oneAddress = regexp.MustCompile(`^[^\s@<>,;:"\\()\[\]]+@[A-Za-z0-9.-]+$`)

// New returns a mailer, without calling the server.
func New(o Options) (*Mailer, error) {
	refused := func(next, text string) (*Mailer, error) { return nil, fault.New(fault.Usage, text, next) }
	switch {
	case !oneAddress.MatchString(o.From):
		return refused("Write mail.from such as holdfast@northbridge.example.", "The sender is no mail address.")
	case strings.ContainsFunc(o.Name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return refused("Write mail.name on one line.", "The sender's name holds a line break or another control character.")
	case o.Security != STARTTLS && o.Security != TLS && o.Security != None:
		return refused("Write mail.security: starttls, tls or none.", "The way to the mail server is not known.")
	case o.Security == None && !IsHere(o.Host):
		return refused("Write mail.security: starttls.", "Mails are sent in the clear to this machine only.")
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	return &Mailer{o: o, domain: o.From[strings.LastIndex(o.From, "@")+1:]}, nil
}

// IsHere says that a host is this machine, to which nothing takes a detour.
func IsHere(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// Send implements integrations.Mailer.
func (m *Mailer) Send(ctx context.Context, mail integrations.Mail) error {
	message, err := m.message(mail)
	if err != nil {
		return err
	}
	return m.call(ctx, func(c *gomail.Client, server *smtp.Client) error {
		return c.SendWithSMTPClient(server, message)
	}, mail.To)
}

// Check connects, secures the way and signs in, and sends nothing.
func (m *Mailer) Check(ctx context.Context) error {
	return m.call(ctx, func(*gomail.Client, *smtp.Client) error { return nil }, "")
}

// call does something on a connection of its own. What the server says after
// it has taken a mail changes nothing any more.
func (m *Mailer) call(ctx context.Context, do func(*gomail.Client, *smtp.Client) error, to string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, done := context.WithTimeout(ctx, limit)
	defer done()
	client, err := m.client(ctx)
	if err != nil {
		return fmt.Errorf("%s: prepare: %w", m, err)
	}
	server, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return m.failed(ctx, err, "")
	}
	err = do(client, server)
	if err != nil {
		_ = server.Close()
		return m.failed(ctx, err, to)
	}
	_ = client.CloseWithSMTPClient(server)
	return nil
}

// String names the server in errors.
func (m *Mailer) String() string { return "the mail server at " + m.o.Host }

func (m *Mailer) client(ctx context.Context) (*gomail.Client, error) {
	options := []gomail.Option{
		gomail.WithPort(m.o.Port), gomail.WithTimeout(limit), gomail.WithHELO(m.domain),
		gomail.WithTLSConfig(m.o.Dialer.TLS(m.o.Host)), gomail.WithTLSPolicy(gomail.TLSMandatory),
		gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	// The context that go-mail dials with is over when it is connected; the
	// connection ends with ours.
	switch m.o.Security {
	case TLS:
		options = append(options, gomail.WithSSL(), gomail.WithDialContextFunc(m.o.Dialer.WithinTLS(ctx, m.o.Host)))
	case None:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithDialContextFunc(m.o.Dialer.Within(ctx)))
	default:
		options = append(options, gomail.WithDialContextFunc(m.o.Dialer.Within(ctx)))
	}
	if m.o.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(m.o.User), gomail.WithPassword(m.o.Password))
	}
	return gomail.NewClient(m.o.Host, options...)
}

// message writes a mail. Its addresses have been checked where they were
// configured, and are checked again here: nothing that a mail is made of can
// end a line of its head.
func (m *Mailer) message(mail integrations.Mail) (*gomail.Msg, error) {
	if !oneAddress.MatchString(mail.To) || strings.ContainsAny(mail.ID+mail.First, "<>@ \r\n\t") || strings.ContainsAny(mail.Subject, "\r\n") {
		return nil, permanent(fault.New(fault.Range, "A mail's address, subject or id cannot be used as it is.", "Mend mail.exec in the plan's policy.yaml; tell them by hand."))
	}
	message := gomail.NewMsg()
	if err := errors.Join(message.FromFormat(m.o.Name, m.o.From), message.To(mail.To)); err != nil {
		return nil, permanent(fault.Wrap(err, fault.Range, "The address "+mail.To+" cannot be used.", "Mend mail.exec in the plan's policy.yaml; tell them by hand."))
	}
	message.SetDateWithValue(m.o.Clock.Now())
	message.SetMessageIDWithValue(mail.ID + "@" + m.domain)
	if mail.First != "" {
		first := "<" + mail.First + "@" + m.domain + ">"
		message.SetGenHeader(gomail.HeaderInReplyTo, first)
		message.SetGenHeader(gomail.HeaderReferences, first)
	}
	message.Subject(mail.Subject)
	message.SetGenHeader("Auto-Submitted", "auto-generated") // nobody's absence answers it
	message.SetBodyString(gomail.TypeTextPlain, mail.Plain)
	message.AddAlternativeString(gomail.TypeTextHTML, mail.HTML)
	return message, nil
}

func permanent(f *fault.Error) error {
	f.Permanent = true
	return f
}

// failed says what an error means to the engine. to is the reader of a mail
// that was under way, empty before there was one.
func (m *Mailer) failed(ctx context.Context, err error, to string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s gave no answer in time: %w", m, ctx.Err())
	}
	code, says := reply(err)
	switch {
	case to != "" && code >= 500 && code < 600:
		return integrations.Undeliverable(to, code, says)
	case to == "" && (code == 535 || code == 534 || code == 530):
		return &integrations.Unauthorized{Provider: m.String(), Status: code}
	case code != 0:
		return fmt.Errorf("%s answered %d: %s", m, code, outbound.Sentence(says))
	}
	if strings.Contains(err.Error(), "does not support STARTTLS") {
		return fmt.Errorf("%s does not offer STARTTLS; nothing was sent", m)
	}
	return fmt.Errorf("%s: %s", m, outbound.Words(err))
}

// reply takes the server's answer out of an error.
func reply(err error) (code int, says string) {
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return answer.Code, answer.Msg
	}
	var send *gomail.SendError
	if errors.As(err, &send) && send.ErrorCode() > 0 {
		says, _, _ = strings.Cut(send.Error(), ", affected ") // then follows what we know
		return send.ErrorCode(), says
	}
	return 0, ""
}
