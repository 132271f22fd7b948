package mail_test

import (
	"context"
	"mime"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/integrations/integrationstest"
	"holdfast/integrations/mail"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
	"holdfast/rehearse/standin"
)

var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// world is a mail server on this machine, and a mailer that signs in there.
type world struct {
	*standin.SMTP
	*mail.Mailer
	mu   sync.Mutex
	hung context.CancelFunc
}

func newWorld(t *testing.T, change func(*mail.Options)) *world {
	t.Helper()
	c := clock.NewManual(start)
	w := &world{hung: func() {}}
	var err error
	w.SMTP, err = standin.ServeSMTP(t.Context(), c, "holdfast", "correct-horse", func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.hung()
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.SMTP.Close(); err != nil {
			t.Error(err)
		}
	})
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, w.Roots, 0o600); err != nil {
		t.Fatal(err)
	}
	dialer, err := outbound.NewDialer(outbound.Options{Allow: []string{"127.0.0.1"}, Roots: roots, Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	o := mail.Options{Host: "127.0.0.1", Port: w.Port, Security: mail.STARTTLS, User: "holdfast", Password: "correct-horse",
		From: "holdfast@northbridge.example", Name: "Northbridge incidents", Dialer: dialer, Clock: c}
	if change != nil {
		change(&o)
	}
	if w.Mailer, err = mail.New(o); err != nil {
		t.Fatal(err)
	}
	return w
}

// Send ends as soon as the server hangs, so that no test waits for a time-out.
func (w *world) Send(ctx context.Context, m integrations.Mail) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.mu.Lock()
	w.hung = cancel
	w.mu.Unlock()
	return w.Mailer.Send(ctx, m)
}

func TestMailerKeepsTheContract(t *testing.T) {
	integrationstest.Mailer(t, func(t *testing.T) integrationstest.MailerBench {
		w := newWorld(t, nil)
		return integrationstest.MailerBench{Mailer: w, Arrived: func() (all []string) {
			for _, r := range w.Received() {
				all = append(all, r.To)
			}
			return all
		}, Fail: func(mode string, times int) {
			if err := w.Fault(mode, time.Time{}, times); err != nil {
				t.Fatal(err)
			}
		}}
	})
}

var update = integrations.Mail{ID: "holdfast.2", First: "holdfast.1", To: "board@northbridge.example", Subject: "INC-1 Überlast: Zahlungen",
	Plain: "Karten gehen wieder.\n.\nFrom here on it is quiet.", HTML: "<p>Karten gehen wieder.</p>"}

func TestAMailIsOneOfAThreadAndSaysTheSameTwice(t *testing.T) {
	w := newWorld(t, nil)
	if err := w.Send(t.Context(), update); err != nil {
		t.Fatal(err)
	}
	got := w.Received()[0]
	if !got.Secured || got.From != "holdfast@northbridge.example" {
		t.Errorf("it came %+v", got)
	}
	m, err := netmail.ReadMessage(strings.NewReader(got.Data))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != update.Subject {
		t.Errorf("the subject is %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"Message-Id": "<holdfast.2@northbridge.example>", "In-Reply-To": "<holdfast.1@northbridge.example>", "References": "<holdfast.1@northbridge.example>",
		"From": `"Northbridge incidents" <holdfast@northbridge.example>`, "To": "<board@northbridge.example>", "Auto-Submitted": "auto-generated",
		"Date": "Mon, 02 Nov 2026 10:00:00 +0000",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	if kind, _, _ := mime.ParseMediaType(m.Header.Get("Content-Type")); kind != "multipart/alternative" {
		t.Errorf("it is %s", kind)
	}
	if !strings.Contains(got.Data, "text/plain") || !strings.Contains(got.Data, "text/html") {
		t.Error("it is not there in both forms")
	}
}

func TestNothingCanAddALineToTheHead(t *testing.T) {
	w := newWorld(t, nil)
	for name, change := range map[string]func(*integrations.Mail){
		"an address":        func(m *integrations.Mail) { m.To = "a@b.example\r\nBcc: c@d.example" },
		"two addresses":     func(m *integrations.Mail) { m.To = "a@b.example, c@d.example" },
		"a subject":         func(m *integrations.Mail) { m.Subject = "x\r\nBcc: c@d.example" },
		"an id":             func(m *integrations.Mail) { m.ID = "x>\r\nBcc: c@d.example" },
		"the id of another": func(m *integrations.Mail) { m.First = "x>\nBcc: c@d.example" },
	} {
		m := update
		change(&m)
		if err := w.Send(t.Context(), m); !fault.From(err).Permanent {
			t.Errorf("%s with a line break: %v", name, err)
		}
	}
	if got := w.Received(); len(got) != 0 {
		t.Errorf("arrived: %+v", got)
	}
}

func TestWhatTheServerSaysIsToldWithoutSecrets(t *testing.T) {
	w := newWorld(t, nil)
	m := update
	m.To = "nobody@northbridge.example"
	err := w.Send(t.Context(), m)
	if err == nil || !strings.Contains(err.Error(), "no such mailbox") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func TestACheckSignsInAndSendsNothing(t *testing.T) {
	w := newWorld(t, nil)
	if err := w.Check(t.Context()); err != nil || len(w.Received()) != 0 {
		t.Errorf("%v, %d arrived", err, len(w.Received()))
	}
	w = newWorld(t, func(o *mail.Options) { o.Password = "wrong" })
	if err := w.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "credentials") {
		t.Errorf("a wrong password is %v", err)
	}
}

func TestAPrivateAddressNeedsLeave(t *testing.T) {
	closed, err := outbound.NewDialer(outbound.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(o *mail.Options) { o.Dialer = closed })
	if err := w.Send(t.Context(), update); err == nil || !strings.Contains(err.Error(), "this machine itself") {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsSentInTheClearToAnotherMachine(t *testing.T) {
	for name, o := range map[string]mail.Options{
		"without TLS":         {Host: "mail.example", Security: mail.None, From: "a@b.example"},
		"an unknown way":      {Host: "mail.example", Security: "maybe", From: "a@b.example"},
		"without a sender":    {Host: "mail.example", Security: mail.TLS},
		"a sender of two":     {Host: "mail.example", Security: mail.TLS, From: "a@b.example,c@d.example"},
		"a name of two lines": {Host: "mail.example", Security: mail.TLS, From: "a@b.example", Name: "x\ny"},
	} {
		if _, err := mail.New(o); fault.CodeOf(err) != fault.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
}
