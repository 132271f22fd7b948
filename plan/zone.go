package plan

import (
	"time"
	_ "time/tzdata" // a plan must be right or wrong on every machine alike, also on one without a zone database
)

// validZone reports whether a name is in the zone database. "Local" is not: it
// means something else on every machine.
func validZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
