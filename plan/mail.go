package plan

import "strings"

// MailOf returns a person's mail address, "" where the plan has none.
func (p *Plan) MailOf(person string) string {
	x, _ := p.Person(strings.TrimPrefix(person, "@"))
	return x.Mail
}

// Mailed returns those of some people whose mail address the plan has.
func (p *Plan) Mailed(people []string) []string {
	var all []string
	for _, id := range people {
		if p.MailOf(id) != "" {
			all = append(all, id)
		}
	}
	return all
}

// checkMail reports people who are to be written to and have no address.
func (l *loader) checkMail() {
	for _, one := range l.plan.Policy.MailExec {
		id, isPerson := strings.CutPrefix(one, "@")
		if _, known := l.defined[person][id]; isPerson && known && l.plan.MailOf(id) == "" {
			l.report(Error, codeMissing, l.places["policy.mail.exec"], "Give "+id+" a `mail` in people.yaml, or name an address.", "There is no mail address for %s, who is to be written to.", one)
		}
	}
}
