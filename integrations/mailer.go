package integrations

import "context"

// Mail is one mail to one address. The same effect gives the same Mail, however
// often it is tried, but for the words that say it is a repeat.
type Mail struct {
	ID      string // unique in the world and the same for every try: what a reader's mailbox knows it by, without the part behind @
	First   string // the ID of the first mail of its thread; empty for that one itself
	To      string // one address, without a name
	Subject string // one line
	Plain   string
	HTML    string // says the same
}

// Mailer sends mails.
//
// Send makes one try and returns when the server has taken the mail, with a
// context that may end it; a failed one may have been taken all the same. There
// is no way to look: a mail that is sent again carries the ID it had. Errors are
// as errors.go describes them; what the server refuses for good (5xx) ends the
// effect.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
}
