package standin

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"holdfast/integrations"
	"holdfast/internal/clock"
)

// Letter is the kind of event of a mail.
const Letter = "mail"

// Mailer keeps mails in place of sending them. A mailbox that gets an ID again
// keeps both: it is the reader who sees that they are one.
type Mailer struct {
	*Faults
	audience

	clock clock.Clock
	mu    sync.Mutex
	sent  []integrations.Mail
}

var _ integrations.Mailer = (*Mailer)(nil)

// NewMailer returns a mailer that has sent nothing yet. It knows every address
// but those that begin with "nobody".
func NewMailer(c clock.Clock) *Mailer {
	return &Mailer{Faults: NewFaults("the mail server", c), clock: c}
}

// Send implements integrations.Mailer. 500 and 503 are here what a mail server
// answers for a while: 451 and 421.
func (m *Mailer) Send(ctx context.Context, mail integrations.Mail) error {
	out := m.Strike(ctx)
	if !out.Performs {
		if out.Mode == Throttle {
			return fmt.Errorf("the mail server answered 421: come back later (%d)", http.StatusTooManyRequests)
		}
		return out.Err
	}
	if strings.HasPrefix(mail.To, "nobody") {
		return integrations.Undeliverable(mail.To, 550, "no such mailbox")
	}
	m.mu.Lock()
	m.sent = append(m.sent, mail)
	m.mu.Unlock()
	m.tell(Event{At: m.clock.Now(), Kind: Letter, To: mail.To, Ref: mail.ID, Text: mail.Subject + "\n" + mail.Plain, Key: mail.First})
	return out.Err
}

// Sent returns every mail that has been taken, in order.
func (m *Mailer) Sent() []integrations.Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]integrations.Mail{}, m.sent...)
}
