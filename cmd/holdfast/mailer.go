package main

import (
	"context"
	"net"
	"strconv"

	"holdfast/cmd/holdfast/config"
	"holdfast/engine"
	"holdfast/integrations"
	"holdfast/integrations/mail"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
	"holdfast/plan"
)

// mailer returns who sends mails; nil where no server is configured.
func mailer(ctx context.Context, c config.Config, env func(string) string) (*mail.Mailer, error) {
	if c.MailServer == "" {
		return nil, nil
	}
	host, number, err := net.SplitHostPort(c.MailServer)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(number)
	if err != nil {
		return nil, err
	}
	o := mail.Options{Host: host, Port: port, Security: c.MailSecurity, User: c.MailUser, From: c.MailFrom, Name: c.MailName, Clock: clock.System{}}
	if c.MailPassword.Given() {
		if o.Password, err = c.MailPassword.Fetch(ctx, env); err != nil {
			return nil, err
		}
	}
	way := outbound.Options{Version: version, Allow: c.OutboundAllow, Roots: c.OutboundRoots, Clock: clock.System{}}
	if !c.MailDirect && !mail.IsHere(host) {
		way.Proxy = c.OutboundProxy
	}
	if o.Dialer, err = outbound.NewDialer(way); err != nil {
		return nil, err
	}
	return mail.New(o)
}

// mailing performs mail effects; nil where nobody does.
func (s *server) mailing(ctx context.Context, env func(string) string) (engine.Performer, error) {
	m, err := mailer(ctx, s.config, env)
	if m == nil || err != nil {
		return nil, err
	}
	return integrations.Mailing{Mailer: m, Templates: s.plan.Templates, Now: clock.System{}.Now, Page: s.pageOf(),
		AddressOf: func(person string) string { return s.plan.Plan().MailOf(person) }, Telephones: func() map[string]string { return s.plan.Plan().Telephones() }}, nil
}

// mail asks the mail server for everything but to take a mail.
func (d *doctor) mail(p *plan.Plan) {
	m, err := mailer(d.ctx, d.config, d.env)
	switch {
	case err != nil:
		d.refused("providers", "mail", err)
		return
	case m == nil:
		if p != nil && len(p.Policy.MailExec) > 0 {
			d.warn("providers", "mail", "Set mail.server and mail.from, or leave mail.exec out of the plan's policy.", "the plan names addresses, and no mail is sent")
		}
		return
	}
	ctx, done := context.WithTimeout(d.ctx, askLimit)
	defer done()
	if err := m.Check(ctx); err != nil {
		d.fail("providers", "mail", "Look at mail.server, mail.security, the user and the way there.", "%v", err)
		return
	}
	d.pass("providers", "mail", "answers and lets Holdfast in; nothing was sent")
}
