package web

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"

	"holdfast/bot"
	"holdfast/internal/fault"
)

// largestCommand bounds the body of a command: the longest command, and the
// form it may have come from.
const largestCommand = 256 << 10

var (
	deliveryForm = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,100}$`)
	roomForm     = regexp.MustCompile(`^#[a-z0-9][a-z0-9-]{0,99}$`)
	origins      = []string{"api", "slash", "mention", "button", "form"}
)

// command takes a command in. It is answered when it is durable, or after two
// seconds with an interim answer.
func (s *Server) command(w http.ResponseWriter, r *http.Request) {
	var c Command
	if err := decode(w, r, largestCommand, &c); err != nil {
		s.o.Refused(reasonOf(err))
		s.refuse(w, r, 0, err)
		return
	}
	request, err := c.request(personOf(r))
	if err != nil {
		s.refuse(w, r, http.StatusUnprocessableEntity, err)
		return
	}
	reply, _ := s.o.Answering.Answer(r.Context(), request)
	status := statusOf(reply.Code)
	if reply.Interim {
		status = http.StatusAccepted
		w.Header().Set("Retry-After", "1")
	}
	s.write(w, r, status, answerOf(c.Delivery, reply))
}

func reasonOf(err error) string {
	if fault.CodeOf(err) == fault.TooBig {
		return "size"
	}
	return "body"
}

// request checks what a caller may set. Who says it, and on which platform, is
// not theirs to say; a delivery counts for its person only.
func (c *Command) request(person string) (bot.Request, error) {
	if c.Delivery == "" {
		c.Delivery = rand.Text()
	}
	if c.Root == "" {
		c.Root = "incident"
	}
	if c.Origin == "" {
		c.Origin = "api"
	}
	switch {
	case !deliveryForm.MatchString(c.Delivery):
		return bot.Request{}, fault.New(fault.Usage, "The delivery is no id.", "Use up to 100 letters, digits and . _ : -.")
	case c.Room != "" && !roomForm.MatchString(c.Room):
		return bot.Request{}, fault.Newf(fault.Usage, "Write it such as #inc-1-checkout-failing.", "%q is no room.", clip(c.Room, 80))
	case !slices.Contains(origins, c.Origin):
		return bot.Request{}, fault.Newf(fault.Usage, "Leave it out.", "%q is no origin.", clip(c.Origin, 80))
	}
	return bot.Request{Delivery: Name + "/" + person + "/" + c.Delivery, Platform: Name, Room: c.Room, Person: person,
		Root: c.Root, Text: c.Text, Origin: c.Origin, Form: c.Form}, nil
}
