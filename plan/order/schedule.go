package order

import (
	"cmp"
	"container/heap"
	"slices"
	"time"

	"holdfast/plan"
)

// Limits are how much can be done at once.
type Limits struct {
	Teams      map[string]int // slots of a team; a team that is not in it has Usual
	Usual      int            // 0: one
	Global     int            // slots altogether; 0: no limit
	TightShare float64        // percent; 0: TightShare
}

// LimitsOf returns what a policy allows at once.
func LimitsOf(p plan.Policy) Limits {
	return Limits{Teams: p.TeamSlots, Usual: p.TeamSlotsUsual, Global: p.SlotsAll, TightShare: p.TightShare}
}

func (l Limits) slots(team string) int {
	if n, set := l.Teams[team]; set {
		return n
	}
	return max(l.Usual, 1)
}

// Stage is how far the recovery of a service has come.
type Stage string

const (
	Waiting  Stage = ""         // not begun
	Running  Stage = "running"  // somebody works on it
	Verified Stage = "verified" // up, and looked at: what others may stand on
	Failed   Stage = "failed"   // given up for now
)

// Progress is how far one service has come. Instants count from t0.
type Progress struct {
	Stage   Stage
	Started time.Duration // when it is Running or Verified
	Ended   time.Duration // when it is Verified
}

// Live is a recovery under way: what has happened until now.
type Live struct {
	Now      time.Duration
	Services map[string]Progress // what is not in it waits
}

// Job is one service in a schedule.
type Job struct {
	ID, Team      string
	Stage         Stage
	Start, Finish time.Duration // meaningless when Blocked
	Deadline      time.Duration
	Verdict       Verdict
	Overrun       bool   // it runs for longer than planned: it is taken to end now
	BlockedBy     string // the failed service that holds it up, itself when it failed
}

// Left is what remains of the deadline; below zero it is a breach.
func (j Job) Left() time.Duration { return less(j.Deadline, j.Finish) }

// Schedule is the plan of a recovery with limited hands.
type Schedule struct {
	Jobs     []Job         // by start, then id; blocked ones last
	Makespan time.Duration // when the last of those that have a finish is up
}

// Job returns the job of a service.
func (s Schedule) Job(id string) (Job, bool) {
	i := slices.IndexFunc(s.Jobs, func(j Job) bool { return j.ID == id })
	if i < 0 {
		return Job{}, false
	}
	return s.Jobs[i], true
}

// Breaches lists the jobs that end after their deadline, in the order of their
// start.
func (s Schedule) Breaches() []Job {
	var late []Job
	for _, j := range s.Jobs {
		if j.Verdict == Breach {
			late = append(late, j)
		}
	}
	return late
}

// Schedule says when each service is up if work begins at t0: as soon as all it
// needs is up and a slot of its team is free, the one with the least latest
// start first. Nothing is interrupted, and a service whose team is busy is
// passed over, not waited for.
func (g *Graph) Schedule(l Limits, d Deadlines) Schedule { return g.Forecast(l, d, Live{}) }

// Forecast is Schedule for a recovery under way. Nothing starts before now, a
// running service takes what is left of its planned work, which is nothing
// when it has overrun, and a failed one blocks all that stand on it, save what
// is verified.
func (g *Graph) Forecast(l Limits, d Deadlines, live Live) Schedule {
	b := newBoard(g, l, d, live)
	b.run()
	return b.schedule()
}

// A board is one forecast while it is worked out.
type board struct {
	g      *Graph
	limits Limits
	now    time.Duration

	jobs    []Job
	key     []time.Duration // latest start
	left    []int           // dependencies that are not yet up
	placed  []bool          // has a finish
	doomed  []string        // the failed service that it stands on or is, first by id
	free    map[string]int  // slots of a team
	global  int             // slots that are left altogether, where they are limited
	ready   queue           // may start as soon as there is a slot
	held    map[string]*queue
	running queue // by finish
}

func newBoard(g *Graph, l Limits, d Deadlines, live Live) *board {
	n := len(g.services)
	b := &board{g: g, limits: l, now: live.Now, jobs: make([]Job, n), key: make([]time.Duration, n), left: make([]int, n), placed: make([]bool, n), doomed: make([]string, n),
		free: map[string]int{}, global: l.Global, held: map[string]*queue{}}
	for i, t := range g.Times(d) {
		s := g.services[i]
		if _, met := b.free[s.Team]; !met {
			b.free[s.Team] = l.slots(s.Team)
		}
		p := live.Services[s.ID]
		b.jobs[i] = Job{ID: s.ID, Team: s.Team, Stage: p.Stage, Deadline: t.Deadline}
		b.key[i] = less(t.Latest, t.Work)
		b.left[i] = len(g.deps[i])
	}
	if len(live.Services) > 0 {
		b.doom()
	}
	for i := range b.jobs {
		b.take(i, live.Services[b.jobs[i].ID])
	}
	for i, left := range b.left {
		if left == 0 && b.waits(i) {
			b.offer(i)
		}
	}
	return b
}

// doom finds what stands on a failed service.
func (b *board) doom() {
	for _, i := range b.g.sorted {
		if b.jobs[i].Stage == Failed {
			b.doomed[i] = b.jobs[i].ID
		}
		for _, x := range b.g.deps[i] {
			if by := b.doomed[x]; by != "" && b.jobs[i].Stage != Failed && (b.doomed[i] == "" || by < b.doomed[i]) {
				b.doomed[i] = by
			}
		}
	}
}

func (b *board) waits(i int) bool { return b.jobs[i].Stage == Waiting && b.doomed[i] == "" }

// take puts what has already happened on the board.
func (b *board) take(i int, p Progress) {
	j := &b.jobs[i]
	switch p.Stage {
	case Verified:
		j.Start, j.Finish, b.placed[i] = p.Started, p.Ended, true
		b.release(i)
	case Running:
		j.Start = p.Started
		if b.doomed[i] != "" {
			return
		}
		remaining := less(b.g.services[i].RecoveryWork, less(b.now, p.Started))
		j.Overrun = remaining < 0
		j.Finish = plus(b.now, max(remaining, 0))
		b.occupy(i)
	}
}

// release notes that a service is up and returns those that have waited for
// nothing else.
func (b *board) release(i int) (ready []int) {
	for _, y := range b.g.dependants[i] {
		if b.left[y]--; b.left[y] == 0 && b.waits(y) {
			ready = append(ready, y)
		}
	}
	return ready
}

// occupy takes a slot until the finish of a job. What was begun by people
// beyond the slots of the plan holds them all the same.
func (b *board) occupy(i int) {
	j := b.jobs[i]
	b.placed[i] = true
	b.free[j.Team]--
	b.global--
	heap.Push(&b.running, item{j.Finish, i})
}

func (b *board) offer(i int) { heap.Push(&b.ready, item{b.key[i], i}) }

func (b *board) run() {
	at := b.now
	for {
		b.finish(at)
		b.start(at)
		if len(b.running) == 0 {
			return
		}
		at = max(at, b.running[0].at)
	}
}

// finish ends what is up by an instant, which comes before anything begins then.
func (b *board) finish(at time.Duration) {
	for len(b.running) > 0 && b.running[0].at <= at {
		b.end(heap.Pop(&b.running).(item).of)
	}
}

// end frees the slot of a job and offers what it has held up.
func (b *board) end(i int) {
	team := b.jobs[i].Team
	b.free[team]++
	b.global++
	if held := b.held[team]; held != nil && len(*held) > 0 && b.free[team] > 0 {
		heap.Push(&b.ready, heap.Pop(held))
	}
	for _, y := range b.release(i) {
		b.offer(y)
	}
}

// start begins what may begin at an instant, the most urgent first. Who needs
// no work is up at once, and what stood behind it may begin at the same instant.
func (b *board) start(at time.Duration) {
	for len(b.ready) > 0 && (b.limits.Global == 0 || b.global > 0) {
		next := heap.Pop(&b.ready).(item)
		j := &b.jobs[next.of]
		if b.free[j.Team] <= 0 {
			b.hold(j.Team, next)
			continue
		}
		j.Start, j.Finish = at, plus(at, b.g.services[next.of].RecoveryWork)
		b.occupy(next.of)
		if j.Finish == at {
			b.finish(at)
		}
	}
}

func (b *board) hold(team string, x item) {
	if b.held[team] == nil {
		b.held[team] = &queue{}
	}
	heap.Push(b.held[team], x)
}

// schedule judges what has a finish and says what holds up the rest.
func (b *board) schedule() Schedule {
	share := b.limits.TightShare
	if share == 0 {
		share = TightShare
	}
	var s Schedule
	for _, i := range b.g.sorted {
		j := &b.jobs[i]
		if b.placed[i] {
			j.Verdict = Judge(j.Finish, j.Deadline, share)
			s.Makespan = max(s.Makespan, j.Finish)
			continue
		}
		j.Verdict, j.BlockedBy = Blocked, b.blockedBy(i)
	}
	s.Jobs = b.jobs
	slices.SortFunc(s.Jobs, func(x, y Job) int {
		if blocked := cmp.Compare(b2i(x.Verdict == Blocked), b2i(y.Verdict == Blocked)); blocked != 0 {
			return blocked
		}
		return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(x.ID, y.ID))
	})
	return s
}

// blockedBy names the failed service that a job waits for, first by id. A team
// without a slot holds up its own work.
func (b *board) blockedBy(i int) string {
	if b.doomed[i] != "" {
		return b.doomed[i]
	}
	for _, x := range b.g.deps[i] {
		if !b.placed[x] && b.jobs[x].BlockedBy != "" {
			return b.jobs[x].BlockedBy
		}
	}
	return b.jobs[i].ID
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A queue is a heap of services by an instant, then by their place, which is
// the order of their ids.
type queue []item

type item struct {
	at time.Duration
	of int
}

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].of < q[j].of
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(item)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
