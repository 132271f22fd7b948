package redis_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/storage"
	"holdfast/storage/redis"
)

func TestNothingAcknowledgedInClassD3IsLostByAFailover(t *testing.T) {
	for sentence, fail := range map[string]func(old *server){
		"the primary is killed": (*server).kill,
		"the primary hangs":     (*server).pause,
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel() // most of it is waiting
			g := startGuarded(t)
			old := g.primary
			c := gather(t, open(t, g.url(), replicated), journalNames(writers)...)
			// These know only the old primary, and would go on with it for ever.
			straggler := gather(t, open(t, old.url(), replicated), "INC-straggler")
			hasty := gather(t, open(t, old.url(), redis.Options{}), "INC-hasty")
			watcher := open(t, g.url(), replicated)
			growths, err := watcher.Watch(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			reader := follow(t, watcher, append(journalNames(writers), "INC-straggler")...)
			c.await(1000)
			straggler.await(20)
			fail(old)
			servers := g.replicas
			fresh := settled(t, servers...)
			c.catchUp()
			c.await(1000)
			heard(t, growths)
			if old.process != nil { // it comes back and believes that it is the primary
				old.wake()
				servers = append(servers, old)
				fresh = settled(t, servers...)
			}
			c.await(100)
			c.leave()
			straggler.leave()
			hasty.leave()
			reader.leave()
			acked, lost := c.lost(fresh)
			late, lateLost := straggler.lost(fresh)
			hurried, hurriedLost := hasty.lost(fresh)
			t.Logf("%d and %d entries acknowledged; the longest time without one was %s; %d attempts in doubt, %d of them had landed; "+
				"writers were told %d times that a journal had gone back, the reader %d times in %d reads",
				acked, late, c.gap, c.doubtful+straggler.doubtful, c.found+straggler.found, c.rewound+straggler.rewound, reader.rewound, reader.reads)
			t.Logf("without class D3 %d of %d acknowledged entries are lost", hurriedLost, hurried)
			if lost+lateLost > 0 {
				t.Errorf("%d of %d acknowledged entries are lost", lost+lateLost, acked+late)
			}
			for _, s := range servers {
				if s != fresh {
					fresh.bring(s)
					s.sameAs(fresh)
				}
			}
			if acked < 2000 || len(c.acked) != writers || c.doubtful == 0 || late < 20 || straggler.doubtful == 0 || reader.reads < 100 {
				t.Error("void: too little was done around the failover")
			}
		})
	}
}

// guarded is a primary with two replicas under three sentinels.
type guarded struct {
	t         *testing.T
	primary   *server
	replicas  []*server
	sentinels []*server
}

func startGuarded(t *testing.T) *guarded {
	t.Helper()
	g := &guarded{t: t, primary: startPrimary(t)}
	for range 2 {
		g.replicas = append(g.replicas, startReplica(t, g.primary, always...))
	}
	for _, s := range append(g.replicas, g.primary) {
		s.do("CONFIG", "SET", "min-replicas-to-write", "1")
	}
	// Of sentinels that notice in the same moment each may vote for itself, and
	// they try again much later. So one is to notice before the others, and a
	// second one to agree. They ask more often than usual, so that a second is
	// not too short for a primary that lives.
	for _, patience := range []string{"1000", "1300", "2500"} {
		s := startSentinel(t, g.primary.port, 2, "sentinel down-after-milliseconds holdfast "+patience,
			"sentinel failover-timeout holdfast 3000", "sentinel parallel-syncs holdfast 1")
		s.do("SENTINEL", "DEBUG", "ping-period", "300", "publish-period", "200", "info-period", "500")
		g.sentinels = append(g.sentinels, s)
	}
	for _, s := range g.sentinels {
		until(t, func() error { return s.watches(3, 2) })
	}
	return g
}

// watches says whether a sentinel knows so many sentinels, itself included,
// and so many replicas.
func (s *server) watches(sentinels, replicas int) error {
	agreed, err := s.admin().Do(context.Background(), "SENTINEL", "CKQUORUM", "holdfast").Text()
	if err != nil {
		return err
	}
	found, err := s.admin().Do(context.Background(), "SENTINEL", "REPLICAS", "holdfast").Slice()
	if err == nil && (!strings.Contains(agreed, fmt.Sprintf("OK %d usable", sentinels)) || len(found) != replicas) {
		err = fmt.Errorf("%s; %d replicas are known", agreed, len(found))
	}
	return err
}

func (g *guarded) url() string {
	var addrs []string
	for _, s := range g.sentinels {
		addrs = append(addrs, "127.0.0.1:"+s.port)
	}
	return "redis+sentinel://" + addrs[0] + "/?master_name=holdfast&addr=" + strings.Join(addrs[1:], "&addr=")
}

// settled waits until one of the servers is the primary of all the others, and
// returns it.
func settled(t *testing.T, servers ...*server) (primary *server) {
	t.Helper()
	until(t, func() error {
		var masters []*server
		for _, s := range servers {
			if s.replication(regexp.MustCompile(`role:master`)) == nil {
				masters = append(masters, s)
			}
		}
		if len(masters) != 1 {
			return fmt.Errorf("%d servers believe that they are the primary", len(masters))
		}
		primary = masters[0]
		for _, s := range servers {
			if s != primary {
				if err := primary.replication(regexp.MustCompile(`port=` + s.port + `,state=online`)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return primary
}

// heard demands that a watch tells of what each of the crowd's journals grows
// by from now on. A name that has waited since before comes once.
func heard(t *testing.T, growths <-chan storage.Growth) {
	t.Helper()
	told, both := map[string]int{}, 0
	late := time.After(20 * time.Second)
	for both < writers {
		select {
		case g := <-growths:
			if told[g.Journal]++; told[g.Journal] == 2 && slices.Contains(journalNames(writers), g.Journal) {
				both++
			}
		case <-late:
			t.Errorf("too little is heard: %v", told)
			return
		}
	}
}

// sameAs demands that two servers hold the same journals.
func (s *server) sameAs(other *server) {
	s.t.Helper()
	heads := func(of *server) map[string]string {
		all, err := of.admin().HGetAll(context.Background(), "holdfast:{main}:heads").Result()
		if err != nil || len(all) == 0 {
			s.t.Fatalf("%d heads: %v", len(all), err)
		}
		return all
	}
	mine, theirs := heads(s), heads(other)
	for journal := range mine {
		if mine[journal] != theirs[journal] {
			s.t.Errorf("%s stands at %s here and at %s there", journal, mine[journal], theirs[journal])
		}
	}
	if len(mine) != len(theirs) {
		s.t.Errorf("%d journals here and %d there", len(mine), len(theirs))
	}
}

// follower reads what is new, over and over, and goes by what it has read until
// it is told that a journal went back.
type follower struct {
	stop    context.CancelFunc
	running sync.WaitGroup
	reads   int
	rewound int
}

func follow(t *testing.T, s *redis.Store, journals ...string) *follower {
	ctx, stop := context.WithCancel(t.Context())
	f := &follower{stop: stop}
	f.running.Go(func() {
		read := map[string]*storage.Verifier{}
		for ctx.Err() == nil {
			for _, journal := range journals {
				if read[journal] == nil {
					read[journal] = storage.NewVerifier(journal)
				}
				f.reads++
				if !readOn(t, s, journal, read[journal]) {
					f.rewound++
					read[journal] = nil
				}
			}
		}
	})
	t.Cleanup(f.leave)
	return f
}

func (f *follower) leave() {
	f.stop()
	f.running.Wait()
}

// readOn reads what has come to a journal, and reports false if it went back.
func readOn(t *testing.T, s *redis.Store, journal string, v *storage.Verifier) bool {
	var back *storage.RewoundError
	for e, err := range s.Read(context.Background(), journal, v.Count()) {
		if errors.As(err, &back) {
			return false
		}
		if err != nil { // Redis is away
			<-time.After(5 * time.Millisecond)
			return true
		}
		if err := v.Next(e); err != nil {
			t.Errorf("went back without a word: %v", err)
			return false
		}
	}
	return true
}
