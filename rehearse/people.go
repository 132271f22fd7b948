package rehearse

import (
	"strings"

	"holdfast/bot/console"
)

// The acts of one person.
type (
	// Say is a line typed into a place. It begins with "/" for a slash command
	// and with "@holdfast" for a mention; anything else is chat.
	Say struct {
		Who   string
		Place Place // empty: where the person spoke last
		Text  string
	}
	// Click presses the button with this label on the newest message that has
	// one.
	Click struct {
		Who, Label string
		Place      Place // empty: the reply, then the last room, then dm
	}
	// Submit sends the form last opened for the person.
	Submit struct {
		Who    string
		Fields []Field // those not named stay as prefilled
	}
	// Cancel closes that form.
	Cancel struct{ Who string }
	// React puts a reaction on a message, or takes it away.
	React struct {
		Who, Name string
		Undo      bool
		Ref       Ref
	}
	// Menu uses an entry of a message's menu.
	Menu struct {
		Who, Label string
		Ref        Ref
	}
	// Rewrite changes a message of the person's own.
	Rewrite struct {
		Who  string
		Ref  Ref
		Text string
	}
	// Remove deletes a message of the person's own.
	Remove struct {
		Who string
		Ref Ref
	}
)

// Place is a room with its "#", dm, or reply.
type Place string

// The places that are no rooms. Reply is the last private answer.
const (
	DM    Place = console.DM
	Reply Place = console.LastReply
)

// Room reports whether the place is a room.
func (p Place) Room() bool { return strings.HasPrefix(string(p), "#") }

// Values are the named values by name.
func (a Submit) Values() map[string]string {
	all := map[string]string{}
	for _, f := range a.Fields {
		all[f.Name] = f.Value
	}
	return all
}

// Field is a named value of a form or of a fact.
type Field struct{ Name, Value string }

func (f Field) String() string { return f.Name + "=" + wordOrString(f.Value) }

// Ref names a message: a text it contains, an entry, or the last one.
type Ref struct {
	Text  string // when it is given as a text
	Entry string // INC-1#3
	Last  bool
}

func (r Ref) String() string {
	switch {
	case r.Last:
		return "last"
	case r.Entry != "":
		return r.Entry
	}
	return enquote(r.Text)
}

func (a Say) Actor() string     { return a.Who }
func (a Click) Actor() string   { return a.Who }
func (a Submit) Actor() string  { return a.Who }
func (a Cancel) Actor() string  { return a.Who }
func (a React) Actor() string   { return a.Who }
func (a Menu) Actor() string    { return a.Who }
func (a Rewrite) Actor() string { return a.Who }
func (a Remove) Actor() string  { return a.Who }

func (Say) act()     {}
func (Click) act()   {}
func (Submit) act()  {}
func (Cancel) act()  {}
func (React) act()   {}
func (Menu) act()    {}
func (Rewrite) act() {}
func (Remove) act()  {}

func (a Say) String() string     { return "@" + a.Who + spaced(string(a.Place)) + ": " + a.Text }
func (a Cancel) String() string  { return "@" + a.Who + " cancels" }
func (a Remove) String() string  { return "@" + a.Who + " deletes " + a.Ref.String() }
func (a Rewrite) String() string { return "@" + a.Who + " edits " + a.Ref.String() + ": " + a.Text }
func (a Menu) String() string {
	return "@" + a.Who + " menu " + enquote(a.Label) + " on " + a.Ref.String()
}

func (a Click) String() string {
	s := "@" + a.Who + " clicks " + enquote(a.Label)
	if a.Place != "" {
		s += " in " + string(a.Place)
	}
	return s
}

func (a Submit) String() string {
	s := "@" + a.Who + " submits"
	for _, f := range a.Fields {
		s += " " + f.String()
	}
	return s
}

func (a React) String() string {
	verb := " reacts "
	if a.Undo {
		verb = " unreacts "
	}
	return "@" + a.Who + verb + ":" + a.Name + ": to " + a.Ref.String()
}
