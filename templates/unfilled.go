package templates

import "strings"

// Unfilled is a role that was offered to a person who did not take it.
type Unfilled struct{ Role, Person string }

// Unfilled reads the subject of a declined or lapsed offer: "comms hana".
func (v View) Unfilled() Unfilled {
	role, person, _ := strings.Cut(v.Subject, " ")
	return Unfilled{Role: role, Person: person}
}
