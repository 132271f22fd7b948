package readiness

import (
	"fmt"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Standard is what is demanded of a service: how grave its absence is and how
// soon it has to be back.
type Standard struct {
	Tier int         `json:"tier"` // 0, the foundation, to 4
	RTO  journal.Dur `json:"rto"`
}

// String writes it as people do: T2/4h.
func (a Standard) String() string { return fmt.Sprintf("T%d/%s", a.Tier, a.RTO) }

// Disputes says that two ratings are too far from each other to stand side by
// side: another tier, or an RTO of so many times the other or more.
func (a Standard) Disputes(b Standard, apart float64) bool {
	return a.Tier != b.Tier || float64(max(a.RTO, b.RTO)) >= apart*float64(min(a.RTO, b.RTO)) && a.RTO != b.RTO
}

// Stricter is the lower tier and the shorter RTO of two.
func (a Standard) Stricter(b Standard) Standard {
	return Standard{min(a.Tier, b.Tier), min(a.RTO, b.RTO)}
}

// LooserThan says that something is demanded less than by another.
func (a Standard) LooserThan(b Standard) bool { return a.Tier > b.Tier || a.RTO > b.RTO }

// mostRTO is the longest RTO that is taken for meant.
const mostRTO = 366 * 24 * time.Hour

func (a Standard) check() error {
	switch {
	case a.Tier < 0 || a.Tier > 4:
		return fault.Newf(fault.Range, "0 is the foundation, 4 waits longest.", "There is no tier %d: it is 0 to 4.", a.Tier)
	case a.RTO <= 0 || time.Duration(a.RTO) > mostRTO:
		return fault.Newf(fault.Range, "Write 45m, 4h or 3d.", "An RTO of %s is none.", a.RTO)
	}
	return nil
}
