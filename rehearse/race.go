package rehearse

import (
	"context"
	"sync"

	"holdfast/storage"
)

// race runs acts that are decided on the same position. Each lane runs freely
// until its first append, or to its end when it has none. When all have come
// that far they go on one after the other, in order, each to its end before
// the next.
type race struct {
	arrived sync.WaitGroup
	turns   []chan struct{} // closed when the lane may go on; one more for the end
}

// lane is one act of a race.
type lane struct {
	race  *race
	index int
	once  sync.Once
}

// runRace runs n acts and returns when all are done. begin is called as a lane's
// turn begins and end when the lane is done, both in the lane's turn.
func runRace(n int, begin func(int), act func(int, *lane), end func(int)) {
	r := &race{turns: make([]chan struct{}, n+1)}
	for i := range r.turns {
		r.turns[i] = make(chan struct{})
	}
	r.arrived.Add(n)
	for i := range n {
		go func() {
			l := &lane{race: r, index: i}
			act(i, l)
			l.wait(begin)
			end(i)
			close(r.turns[i+1])
		}()
	}
	r.arrived.Wait()
	close(r.turns[0])
	<-r.turns[n]
}

// wait says that the lane has decided and returns when its turn has come.
func (l *lane) wait(begin func(int)) {
	l.once.Do(func() {
		l.race.arrived.Done()
		<-l.race.turns[l.index]
		begin(l.index)
	})
}

// laneStore is the store as one lane reaches it.
type laneStore struct {
	storage.Store
	lane  *lane
	begin func(int)
}

func (s *laneStore) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	s.lane.wait(s.begin)
	return s.Store.Append(ctx, command, writes...)
}
