package picture

import (
	"fmt"
	"strings"
	"time"

	"holdfast/plan"
	"holdfast/plan/order"
)

// Beyond so many services the graph shows teams in waves instead of every
// dependency, and beyond the second number only how many there are.
const (
	mostNodes = 40
	mostChips = 600
)

// Waves draws which services come back in which wave, what waits for what, the
// critical path of the last one, inversions, and what no order can meet. d
// holds the deadlines that are not the services' RTOs; it may be nil.
//
// A plan of up to forty services is drawn with every dependency; a larger one
// by team, with the dependencies that decide when something can start. Services
// in a circle are an error, and a plan without services is one, too.
func Waves(p *plan.Plan, d order.Deadlines, v View) (*Scene, error) {
	if len(p.Services) == 0 {
		return nil, fmt.Errorf("the plan has no services to draw")
	}
	g, err := order.New(p.Services)
	if err != nil {
		return nil, err
	}
	c := newWaveChart(p, g, d, v)
	if len(p.Services) <= mostNodes {
		if s := c.graph(); s != nil {
			return s, nil
		}
	}
	if len(p.Services) <= mostChips && !v.Narrow {
		return c.crowd(), nil
	}
	return c.overview(), nil
}

// A waveChart is what all pictures of waves know.
type waveChart struct {
	p     *plan.Plan
	v     View
	times []order.Times // by id, as the services
	index map[string]int
	waves int
	last  string // the first by id of those that are up last
	on    map[string]bool

	inverted, infeasible int
}

func newWaveChart(p *plan.Plan, g *order.Graph, d order.Deadlines, v View) *waveChart {
	c := &waveChart{p: p, v: v, times: g.Times(d), index: make(map[string]int, len(p.Services))}
	for i, t := range c.times {
		c.index[t.ID] = i
		c.waves = max(c.waves, t.Wave+1)
		if c.last == "" || t.Finish > c.times[c.index[c.last]].Finish {
			c.last = t.ID
		}
		switch {
		case t.Infeasible:
			c.infeasible++
		case t.Inverted:
			c.inverted++
		}
	}
	c.on = g.OnCritical(c.last)
	return c
}

func (c *waveChart) title() string { return "Order of recovery" }

// answer says what the picture shows.
func (c *waveChart) answer() string {
	parts := []string{fmt.Sprintf("%s in %s", count(len(c.times), "service"), count(c.waves, "wave")),
		fmt.Sprintf("with hands enough all are up after %s", span(order.Makespan(c.times)))}
	switch left, of := order.Budget(c.times); {
	case left >= 0:
		parts = append(parts, fmt.Sprintf("%s left to detect and declare (%s)", span(left), andMore(of, 2)))
	default:
		parts = append(parts, fmt.Sprintf("%s late in any case (%s)", span(-left), andMore(of, 2)))
	}
	if c.inverted > 0 {
		parts = append(parts, count(c.inverted, "inversion"))
	}
	if c.infeasible > 0 {
		parts = append(parts, fmt.Sprintf("%d cannot be met", c.infeasible))
	}
	return strings.Join(parts, " · ")
}

func (c *waveChart) state(t order.Times) mark {
	switch {
	case t.Infeasible:
		return infeasible
	case t.Inverted:
		return inversion
	}
	return noMark
}

// hint is everything about a service in one line.
func (c *waveChart) hint(i int) string {
	s, t := c.p.Services[i], c.times[i]
	text := fmt.Sprintf("%s (%s), tier %d, team %s: RTO %s, work %s, up after %s at the earliest, needed by %s", s.ID, s.Name, s.Tier, s.Team,
		span(t.Deadline), span(t.Work), span(t.Finish), span(t.Latest))
	if t.Through != "" {
		text += " for " + t.Through
	}
	switch c.state(t) {
	case infeasible:
		text += ". No order meets this."
	case inversion:
		text += ". Inversion: its RTO promises less than others need."
	}
	return text
}

// upBy is when the last service of a wave can be up.
func (c *waveChart) upBy(wave int) time.Duration {
	var last time.Duration
	for _, t := range c.times {
		if t.Wave == wave {
			last = max(last, t.Finish)
		}
	}
	return last
}

// decides reports whether an ordering edge is the one that sets when the
// dependant can start.
func (c *waveChart) decides(from, to int) bool { return c.times[from].Finish == c.times[to].Start }

func (c *waveChart) critical(from, to int) bool {
	return c.on[c.times[from].ID] && c.on[c.times[to].ID] && c.decides(from, to)
}

// ordering lists the edges that order, from what is needed to what needs it.
func (c *waveChart) ordering() (edges [][2]int, kinds []plan.DepKind) {
	for i, s := range c.p.Services {
		for _, dep := range s.Deps {
			if j, known := c.index[dep.To]; known && dep.Kind.Ordering() {
				edges, kinds = append(edges, [2]int{j, i}), append(kinds, dep.Kind)
			}
		}
	}
	return edges, kinds
}

func (c *waveChart) soft() (edges [][2]int) {
	for i, s := range c.p.Services {
		for _, dep := range s.Deps {
			if j, known := c.index[dep.To]; known && !dep.Kind.Ordering() {
				edges = append(edges, [2]int{j, i})
			}
		}
	}
	return edges
}
