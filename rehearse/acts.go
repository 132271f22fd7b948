package rehearse

import (
	"fmt"
	"strings"
	"time"

	"holdfast/plan"
)

// The acts. After each the engine runs until nothing is left to do at this
// instant.
type (
	// At sets the clock; it never goes back.
	At struct{ Time time.Time }
	// Wait advances the clock.
	Wait struct{ For time.Duration }
	// Redeliver hands in the last delivery again, under the same id.
	Redeliver struct{}
	// Together holds acts that are decided on the same position and appended
	// in written order.
	Together struct{ Acts []Directive }
	// Inbound is a call of an alert source or another provider. It is signed unless
	// its manner says otherwise; what is lost has happened there, and nobody hears of
	// it.
	Inbound struct {
		Root   string // alert or webhook
		Source string
		Manner string // unsigned, forged, lost or empty
		File   string
	}
	// Fail makes a counterparty fail, for a time, for a number of calls, or
	// until it is healed.
	Fail struct {
		Name, Mode string
		For        time.Duration
		Times      int
	}
	// Heal ends a failure and a slowness.
	Heal struct{ Name string }
	// Slow makes every answer of a counterparty take this long.
	Slow struct {
		Name string
		By   time.Duration
	}
	// Restart ends the process and starts it on the same store; with a point
	// it arms the next act to end there.
	Restart struct{ Point string }
	// UsePlan is a new commit of the plan.
	UsePlan struct{ Dir, Commit string }
	// Export writes a record below the output folder.
	Export struct{ Journal, Format, File string }
)

// The manners of an inbound call.
const (
	Unsigned = "unsigned"
	Forged   = "forged"
	Lost     = "lost"
)

// The points where a process can be made to end.
const (
	AfterAppend  = "after-append"  // the entries have landed, the answer has not
	AfterSend    = "after-send"    // the provider has been called
	BeforeSettle = "before-settle" // it has answered, and nobody has written it down
)

// The counterparties that can fail, and how.
var (
	Counterparties = []string{"chat", "pager", "tracker", "mail", "statuspage", "plan", "store"}
	Modes          = []string{"refuse", "hang", "401", "429", "500", "503", "tls", "garbage", "lost-reply"}
)

func (a At) String() string      { return "at " + a.Time.Format(time.RFC3339Nano) }
func (a Wait) String() string    { return "+" + plan.FormatDuration(a.For) }
func (Redeliver) String() string { return "redeliver" }
func (a Heal) String() string    { return "heal " + a.Name }
func (a Slow) String() string    { return "slow " + a.Name + " " + plan.FormatDuration(a.By) }
func (a Restart) String() string { return strings.TrimSpace("restart " + a.Point) }
func (a UsePlan) String() string { return "use plan " + planText(a.Dir, a.Commit) }
func (a Export) String() string {
	return "export " + a.Journal + " " + a.Format + " > " + bareText(a.File)
}
func (a Inbound) String() string {
	return a.Root + " " + a.Source + spaced(a.Manner) + " " + bareText(a.File)
}
func (a Together) String() string {
	s := "together\n"
	for _, d := range a.Acts {
		s += d.Body.String() + "\n"
	}
	return s + "end"
}

func (a Fail) String() string {
	s := "fail " + a.Name + " " + a.Mode
	switch {
	case a.For > 0:
		s += " for " + plan.FormatDuration(a.For)
	case a.Times > 0:
		s += fmt.Sprintf(" %d times", a.Times)
	}
	return s
}

func spaced(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

func (At) act()        {}
func (Wait) act()      {}
func (Redeliver) act() {}
func (Together) act()  {}
func (Inbound) act()   {}
func (Fail) act()      {}
func (Heal) act()      {}
func (Slow) act()      {}
func (Restart) act()   {}
func (UsePlan) act()   {}
func (Export) act()    {}
