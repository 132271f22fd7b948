package integrationstest

import (
	"context"
	"testing"

	"holdfast/integrations"
)

// MailerBench is one mailer under test.
type MailerBench struct {
	integrations.Mailer
	// Arrived returns the addresses of the mails that have arrived, in order.
	Arrived func() []string
	// Fail makes the next calls fail in one of the ways of standin.Modes.
	Fail func(mode string, times int)
}

// Mailer holds a mailer to the contract of integrations.Mailer. open returns
// one that has sent nothing yet and whose server knows no address that begins
// with "nobody".
func Mailer(t *testing.T, open func(t *testing.T) MailerBench) {
	mail := integrations.Mail{ID: "holdfast.1", To: "board@northbridge.example", Subject: "INC-1 checkout failing", Plain: "Cards fail.", HTML: "<p>Cards fail.</p>"}
	send := func(t *testing.T, b MailerBench, m integrations.Mail) {
		t.Helper()
		if err := b.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	arrived := func(t *testing.T, b MailerBench, want int) {
		t.Helper()
		if got := b.Arrived(); len(got) != want {
			t.Errorf("%d mails have arrived, want %d: %v", len(got), want, got)
		}
	}
	t.Run("a mail arrives once", func(t *testing.T) {
		b := open(t)
		send(t, b, mail)
		if got := b.Arrived(); len(got) != 1 || got[0] != mail.To {
			t.Errorf("arrived: %v", got)
		}
	})
	t.Run("an address that does not exist is given up, and the next one is served", func(t *testing.T) {
		b := open(t)
		nobody := mail
		nobody.To = "nobody@northbridge.example"
		lasting(t, b.Send(t.Context(), nobody))
		send(t, b, mail)
		arrived(t, b, 1)
	})
	t.Run("a call that has been given up beforehand sends nothing", func(t *testing.T) {
		b := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if b.Send(ctx, mail) == nil {
			t.Error("it was sent")
		}
		arrived(t, b, 0)
	})
	for _, mode := range undone {
		t.Run("a mail that fails by "+mode+" is not sent and is worth another try", func(t *testing.T) {
			b := open(t)
			b.Fail(mode, 1)
			worthAnother(t, mode, b.Send(t.Context(), mail))
			arrived(t, b, 0)
			send(t, b, mail)
			arrived(t, b, 1)
		})
	}
	t.Run("a mail whose answer was lost has arrived, and is an error that may be tried again", func(t *testing.T) {
		b := open(t)
		b.Fail("lost-reply", 1)
		worthAnother(t, "lost-reply", b.Send(t.Context(), mail))
		arrived(t, b, 1)
	})
}
