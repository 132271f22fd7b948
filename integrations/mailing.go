package integrations

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/templates"
)

// Mailing performs mail effects. All mails of an incident to one address are
// one thread. What a private incident is about stays out of them, since an
// address may be read by anybody.
type Mailing struct {
	Mailer    Mailer
	Templates func() *templates.Set
	Now       func() time.Time
	Page      func(incident string) string // where it can be seen; nil: nowhere
	// AddressOf returns a person's address, "" where there is none; nil: nobody's is
	// known. Like the telephone numbers that a mail may show, it is read from the
	// plan when it is needed and never stored.
	AddressOf  func(person string) string
	Telephones func() map[string]string // by person and target; may be nil
}

// Perform sends one mail. One that may have been sent before carries the same
// ID, and says so.
func (p Mailing) Perform(ctx context.Context, s incident.State, a journal.Attempt) (ref string, err error) {
	if a.Type != journal.Mail {
		return "", fmt.Errorf("mailing cannot perform a %s", a.Type)
	}
	m, err := p.mail(s, a)
	if err != nil {
		return "", err
	}
	if err := p.Mailer.Send(ctx, m); err != nil {
		return "", fmt.Errorf("mail to %s: %w", a.To, unaddressed(err, m.To, a.To))
	}
	return m.ID, nil
}

// address returns where a mail goes: an address as it stands, a person's by the
// plan.
func (p Mailing) address(to string) (string, error) {
	person, isPerson := strings.CutPrefix(to, "@")
	if !isPerson {
		return to, nil
	}
	if p.AddressOf != nil {
		if address := p.AddressOf(person); address != "" {
			return address, nil
		}
	}
	return "", lasting(fault.Newf(fault.UnknownID, "Tell them another way, and give them a `mail` in the plan's people.yaml.", "The plan has no mail address for %s.", to))
}

// unaddressed keeps a person's address out of what is recorded: the room reads
// who it is.
func unaddressed(err error, address, to string) error {
	if address == to {
		return err
	}
	if f := fault.From(err); f.Permanent {
		named := *f
		named.Text, named.Err = strings.ReplaceAll(f.Text, address, to), nil
		return &named
	}
	return &unnamed{err, strings.ReplaceAll(err.Error(), address, to)}
}

type unnamed struct {
	error
	text string
}

func (e *unnamed) Error() string { return e.text }

func (e *unnamed) Unwrap() error { return e.error }

func (p Mailing) mail(s incident.State, a journal.Attempt) (Mail, error) {
	to, err := p.address(a.To)
	if err != nil {
		return Mail{}, err
	}
	v := templates.ViewOf(s, p.Now())
	v.Subject, v.Text, v.To = a.Subject, a.Text, a.To
	if p.Telephones != nil {
		v.Telephones = p.Telephones()
	}
	template := a.Template
	if s.Private && !strings.HasPrefix(template, "update-") { // perhaps since it was asked for
		template = "private-mail"
	}
	body, err := p.Templates().Render(template, v)
	if err != nil {
		return Mail{}, lasting(fault.Wrap(err, fault.Internal, "The mail "+a.Template+" could not be written.", "Check the template; tell them by hand."))
	}
	if a.Doubtful {
		t, _ := s.Outbox.Get(a.Key)
		body = templates.Repeated(body, journal.Ref(s.ID, t.Seq))
	}
	m := Mail{ID: mailID(s, a.Key), To: to, Subject: subjectOf(s, a), Plain: templates.Plain(body)}
	if first := firstTo(s, a.To); first != a.Key {
		m.First = mailID(s, first)
	}
	o := templates.HTMLOptions{Title: m.Subject, Root: "/incident"}
	if p.Page != nil && a.Template != vendorMail { // its address is nobody's business outside
		o.Page = p.Page(s.ID)
	}
	m.HTML = templates.HTML(body, o)
	return m, nil
}

// subjectOf shouts where nobody has been reached.
func subjectOf(s incident.State, a journal.Attempt) string {
	if a.Template == vendorMail {
		return vendorSubject(s, a)
	}
	text := subject(s)
	if page, ok := s.Outbox.Get(a.Subject); ok && a.Template == "paging-unconfirmed" {
		text = "PAGING NOT CONFIRMED for " + page.To + ": " + text
	}
	return text
}

// vendorMail is the template of what vendors read.
const vendorMail = "update-vendor"

// vendorSubject is the same for every mail of an incident to a contact, and says
// nothing of the incident: its title may name hosts and people.
func vendorSubject(s incident.State, a journal.Attempt) string {
	text := s.ID
	if u, ok := s.SentUpdate(a.Subject); ok {
		if v, ok := u.Supplies(a.To); ok && v.Contract != "" {
			text += ", contract " + v.Contract
		}
	}
	return strings.Join(strings.Fields(templates.Inert(text)), " ")
}

// subject is the same for every mail of an incident unless its title changes:
// mail clients keep a thread together by it.
func subject(s incident.State) string {
	text := s.PublicTitle()
	if !s.Private {
		text = s.ID + " " + text
	}
	if s.Drill {
		text = "[DRILL] " + text
	}
	return strings.Join(strings.Fields(templates.Inert(text)), " ")
}

// firstTo returns the key of the first mail of an incident to an address.
func firstTo(s incident.State, to string) string {
	for _, t := range s.Outbox.All() {
		if t.Type == journal.Mail && t.To == to {
			return t.Key
		}
	}
	return ""
}

// mailID names the mail of an effect. When it was asked for, which nobody can
// change afterwards, tells an incident from one of the same number in another
// store.
func mailID(s incident.State, key string) string {
	asked := ""
	if t, ok := s.Outbox.Get(key); ok {
		asked = t.Asked.UTC().Format(time.RFC3339Nano)
	}
	sum := sha256.Sum256([]byte(key + "\n" + asked))
	return "holdfast." + hex.EncodeToString(sum[:16])
}
