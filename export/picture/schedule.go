package picture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"holdfast/plan"
	"holdfast/plan/order"
)

// mostBars is how many services a schedule shows one by one. In a larger plan
// it shows those that are worst or decide the end, and counts the rest.
const mostBars = 60

// worst is the order in which services are shown when there is not room for
// all.
var worst = map[order.Verdict]int{order.Breach: 0, order.Blocked: 1, order.Tight: 2, order.OK: 3}

// shown says of each job by id whether it has a row.
func shown(jobs []order.Job, chain map[string]bool) map[string]bool {
	rank := slices.Clone(jobs)
	slices.SortStableFunc(rank, func(a, b order.Job) int {
		if chain[a.ID] != chain[b.ID] {
			if chain[a.ID] {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(worst[a.Verdict], worst[b.Verdict]), cmp.Compare(a.Left(), b.Left()))
	})
	has := map[string]bool{}
	for _, j := range rank[:min(len(rank), mostBars)] {
		has[j.ID] = true
	}
	return has
}

// Schedule draws a recovery with limited hands against its deadlines: a bar a
// service, by team, with the verdict beside it. g is the graph that s was made
// from; a schedule without jobs is an error.
func Schedule(p *plan.Plan, g *order.Graph, s order.Schedule, v View) (*Scene, error) {
	if len(s.Jobs) == 0 {
		return nil, fmt.Errorf("the schedule has no services to draw")
	}
	c := newTimetable(p, g, s, v)
	w := 980.0
	if v.Narrow {
		w = phoneWidth
	}
	f := newFrame("schedule", "Recovery against its deadlines", c.answer(), w, v)
	c.frame = f
	c.draw()
	return f.close(), nil
}

// A timetable is a schedule while it is drawn.
type timetable struct {
	*frame
	p      *plan.Plan
	v      View
	s      order.Schedule
	teams  []teamJobs
	unseen int // teams of which nothing is shown
	chain  map[string]bool
	until  time.Duration // the right end of the scale
	left   float64
	wide   float64 // of the scale
}

type teamJobs struct {
	id   string
	jobs []order.Job
	rest map[order.Verdict]int // not shown one by one
}

func newTimetable(p *plan.Plan, g *order.Graph, s order.Schedule, v View) *timetable {
	c := &timetable{p: p, v: v, s: s, chain: chain(g, s)}
	by := map[string]*teamJobs{}
	var names []string
	has := shown(s.Jobs, c.chain)
	for _, j := range s.Jobs {
		if by[j.Team] == nil {
			by[j.Team] = &teamJobs{id: j.Team, rest: map[order.Verdict]int{}}
			names = append(names, j.Team)
		}
		t := by[j.Team]
		if !has[j.ID] {
			t.rest[j.Verdict]++
			continue
		}
		t.jobs = append(t.jobs, j)
	}
	for _, id := range names {
		if len(by[id].jobs) > 0 || len(names) <= mostBars {
			c.teams = append(c.teams, *by[id])
		} else {
			c.unseen++
		}
	}
	c.until = max(s.Makespan, time.Minute)
	for _, j := range s.Jobs {
		if j.Deadline <= s.Makespan*3/2 {
			c.until = max(c.until, j.Deadline)
		}
	}
	return c
}

// chain walks back from what ends last: to what it waited for, a service or a
// pair of hands of its team.
func chain(g *order.Graph, s order.Schedule) map[string]bool {
	on := map[string]bool{}
	ends := make(map[string]order.Job, len(s.Jobs))
	for _, j := range s.Jobs {
		if j.Verdict != order.Blocked {
			ends[j.ID] = j
		}
	}
	var todo []order.Job
	for _, j := range s.Jobs {
		if j.Verdict != order.Blocked && j.Finish == s.Makespan {
			on[j.ID] = true
			todo = append(todo, j)
		}
	}
	for len(todo) > 0 {
		j := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		waited := false
		for _, id := range g.Needs(j.ID) {
			if x, ok := ends[id]; ok && x.Finish == j.Start {
				waited = true
				if !on[id] {
					on[id], todo = true, append(todo, x)
				}
			}
		}
		if waited || j.Start == 0 {
			continue
		}
		if x, found := handsOf(s, j); found && !on[x.ID] {
			on[x.ID], todo = true, append(todo, x)
		}
	}
	return on
}

// handsOf returns the job whose end freed the hands for another: one of the same
// team, or of any when hands are short altogether.
func handsOf(s order.Schedule, j order.Job) (freed order.Job, found bool) {
	for _, x := range s.Jobs {
		if x.Verdict == order.Blocked || x.Finish != j.Start || x.ID == j.ID {
			continue
		}
		if x.Team == j.Team {
			return x, true
		}
		if !found {
			freed, found = x, true
		}
	}
	return freed, found
}

func (c *timetable) answer() string {
	n := map[order.Verdict]int{}
	for _, j := range c.s.Jobs {
		n[j.Verdict]++
	}
	parts := []string{fmt.Sprintf("%s, the last is up at %s", count(len(c.s.Jobs), "service"), span(c.s.Makespan))}
	for _, v := range []order.Verdict{order.Breach, order.Tight, order.Blocked, order.OK} {
		if n[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[v], v))
		}
	}
	return strings.Join(parts, " · ")
}

func (c *timetable) draw() {
	m := c.v.margin()
	const label, verdict = 170.0, 150.0
	c.left, c.wide = m+label, c.w-2*m-label-verdict
	if c.v.Narrow {
		c.left, c.wide = m, c.w-2*m-22
	}
	top := c.y
	c.scale(top)
	grid := len(c.items)
	c.y += 24
	for _, t := range c.teams {
		c.team(t)
	}
	c.y += 6
	c.rules(grid, top+20, c.y)
	c.y += 6
	if c.unseen > 0 {
		c.note(fmt.Sprintf("%s of whom no service is shown are left out.", count(c.unseen, "team")))
		c.y += 6
	}
	c.explain()
}

func (c *timetable) x(at time.Duration) float64 {
	return c.left + c.wide*float64(min(max(at, 0), c.until))/float64(c.until)
}

// steps are the distances between lines of a scale that people read easily.
var steps = []time.Duration{time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour,
	6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 365 * 24 * time.Hour, 3650 * 24 * time.Hour}

func (c *timetable) step() time.Duration {
	most := time.Duration(c.wide / 62)
	for _, s := range steps {
		if c.until/s <= most {
			return s
		}
	}
	return c.until
}

func (c *timetable) scale(y float64) {
	for at := time.Duration(0); at <= c.until; at += c.step() {
		c.words(words{x: c.x(at), y: y + 12, size: 11, anchor: middle, colour: faded, text: span(at)})
	}
}

// rules draws the lines of the scale, behind everything after index at.
func (c *timetable) rules(at int, top, bottom float64) {
	var lines []item
	for t := time.Duration(0); t <= c.until; t += c.step() {
		lines = append(lines, item{kind: aPath, path: path{}.move(c.x(t), top).line(c.x(t), bottom), paint: paint{stroke: ruled, width: 1}})
	}
	c.items = slices.Insert(c.items, at, lines...)
}

func (c *timetable) team(t teamJobs) {
	m := c.v.margin()
	name := cmp.Or(t.id, "no team")
	for _, v := range []order.Verdict{order.Breach, order.Blocked, order.Tight, order.OK} {
		if t.rest[v] > 0 {
			name += fmt.Sprintf(" · %d more %s", t.rest[v], v)
		}
	}
	c.box(box{m, c.y, c.w - 2*m, 20}, 4, paint{fill: band})
	c.words(words{x: m + 8, y: c.y + 14, size: 12, bold: true, colour: ink, text: fit(name, c.w-2*m-16, 12, true)})
	c.y += 24
	for _, j := range t.jobs {
		if c.v.Narrow {
			c.narrowRow(j)
		} else {
			c.wideRow(j)
		}
	}
	c.y += 4
}

func (c *timetable) wideRow(j order.Job) {
	const high = 26.0
	defer c.group(c.hint(j))()
	m := c.v.margin()
	c.words(words{x: m + 8, y: c.y + 17, size: 12, bold: c.chain[j.ID], colour: ink, text: fit(j.ID, c.left-m-24, 12, c.chain[j.ID])})
	c.bar(j, box{y: c.y + 4, h: high - 9})
	x := c.left + c.wide + 26
	c.mark(verdictMark(j.Verdict), x, c.y+12.5, 14)
	c.words(words{x: x + 13, y: c.y + 17, size: 12, bold: j.Verdict != order.OK, colour: verdictInk(j.Verdict), text: fit(c.verdict(j), c.w-m-x-13, 12, true)})
	c.y += high
}

func (c *timetable) narrowRow(j order.Job) {
	const high = 46.0
	defer c.group(c.hint(j))()
	m := c.v.margin()
	said := c.verdict(j)
	right := c.w - m - 4
	c.words(words{x: right, y: c.y + 13, size: 12, anchor: end, bold: j.Verdict != order.OK, colour: verdictInk(j.Verdict), text: said})
	at := right - width(said, 12, j.Verdict != order.OK) - 12
	c.mark(verdictMark(j.Verdict), at, c.y+9, 14)
	c.words(words{x: m + 8, y: c.y + 13, size: 13, bold: c.chain[j.ID], colour: ink, text: fit(j.ID, at-m-24, 13, c.chain[j.ID])})
	c.bar(j, box{y: c.y + 23, h: 15})
	c.y += high
}

// bar draws the work of a service and the tick of its deadline.
func (c *timetable) bar(j order.Job, b box) {
	if j.Verdict != order.Blocked {
		b.x = c.x(j.Start)
		b.w = max(c.x(j.Finish)-b.x, 2.5)
		how := paint{fill: paleGood, stroke: good, width: 1}
		switch j.Verdict {
		case order.Tight:
			how = paint{fill: paleWarn, stroke: warn, width: 1}
		case order.Breach:
			how = paint{fill: paleBad, stroke: bad, width: 1}
		}
		c.box(b, 3, how)
		if j.Verdict == order.Breach && j.Deadline < j.Finish {
			late := box{c.x(max(j.Deadline, j.Start)), b.y, 0, b.h}
			late.w = b.right() - late.x
			c.hatch(late, 5, paint{stroke: bad, width: 1.2})
		}
		if c.chain[j.ID] {
			c.box(box{b.x, b.bottom() - 3.5, b.w, 3.5}, 1, paint{fill: accent})
		}
	}
	if j.Deadline > c.until {
		x := c.left + c.wide + 4
		c.path(polygon(x, b.y+2, x+7, b.midY(), x, b.bottom()-2), paint{fill: faded})
		return
	}
	x := c.x(j.Deadline)
	c.line(x, b.y-2, x, b.bottom()+2, paint{stroke: ink, width: 2})
	c.path(polygon(x-4, b.y-4, x+4, b.y-4, x, b.y+2), paint{fill: ink})
}

func (c *timetable) hint(j order.Job) string {
	if j.Verdict == order.Blocked {
		return fmt.Sprintf("%s, team %s: BLOCKED by %s", j.ID, j.Team, j.BlockedBy)
	}
	return fmt.Sprintf("%s, team %s: from %s to %s, deadline %s: %s", j.ID, j.Team, span(j.Start), span(j.Finish), span(j.Deadline), c.verdict(j))
}

func (c *timetable) verdict(j order.Job) string {
	switch {
	case j.Verdict == order.Blocked && j.BlockedBy == j.ID:
		return "FAILED"
	case j.Verdict == order.Blocked:
		return "BLOCKED by " + j.BlockedBy
	case j.Left() < 0:
		return fmt.Sprintf("%s %s late", j.Verdict, span(-j.Left()))
	}
	return fmt.Sprintf("%s %s left", j.Verdict, span(j.Left()))
}

func verdictMark(v order.Verdict) mark {
	switch v {
	case order.Tight:
		return tight
	case order.Breach:
		return breach
	case order.Blocked:
		return blocked
	}
	return okay
}

func verdictInk(v order.Verdict) colour {
	switch v {
	case order.Tight:
		return warn
	case order.Breach:
		return bad
	case order.Blocked:
		return faded
	}
	return good
}

func (c *timetable) explain() {
	entries := []legendEntry{
		{12, func(s *Scene, x, y float64) {
			s.line(x, y-8, x, y+7, paint{stroke: ink, width: 2})
			s.path(polygon(x-4, y-9, x+4, y-9, x, y-3), paint{fill: ink})
		}, "deadline"},
		{12, func(s *Scene, x, y float64) {
			s.path(polygon(x-3, y-5, x+4, y, x-3, y+5), paint{fill: faded})
		}, "deadline beyond the scale"},
		{18, func(s *Scene, x, y float64) {
			s.box(box{x - 9, y - 6, 18, 12}, 2, paint{fill: paleGood, stroke: good, width: 1})
			s.box(box{x - 9, y + 2.5, 18, 3.5}, 1, paint{fill: accent})
		}, "decides when the last is up"},
	}
	if len(c.s.Breaches()) > 0 {
		entries = append(entries, legendEntry{18, func(s *Scene, x, y float64) {
			b := box{x - 9, y - 6, 18, 12}
			s.box(b, 2, paint{fill: paleBad, stroke: bad, width: 1})
			s.hatch(b, 5, paint{stroke: bad, width: 1.2})
		}, "past the deadline"})
	}
	m := c.v.margin()
	c.y = c.legend(m, c.y, c.w-2*m, entries)
}
