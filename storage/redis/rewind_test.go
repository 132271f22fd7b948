package redis_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

// rewound is a journal before and after a failover. What was acknowledged to
// the store ends with entry acked; it has read up to entry seen.
type rewound struct {
	sentence   string
	durability redis.Durability
	behind     bool // the new primary lacks what was acknowledged
	outgrown   bool // it has grown past what the store had seen
	first      func(r *rewound) error
	fatal      bool // the store refuses the journal from now on

	options redis.Options
	store   *redis.Store
	reading iter.Seq2[storage.Entry, error] // begun before the failover
}

const (
	acked = 300
	seen  = 600 // more than one page away
)

func (r *rewound) read(after uint64) error {
	return drain(r.store.Read(context.Background(), "INC-1", after))
}

func drain(entries iter.Seq2[storage.Entry, error]) (last error) {
	for _, err := range entries {
		last = err
	}
	return last
}

func (r *rewound) append(at uint64) error {
	_, err := r.store.Append(context.Background(), "", storagetest.To("register", 0, "r"), storagetest.To("INC-1", at, "mine"))
	return err
}

func cases() []*rewound {
	fromStart := func(r *rewound) error { return r.read(0) }
	fromThere := func(r *rewound) error { return r.read(seen) }
	toThere := func(r *rewound) error { return r.append(seen) }
	toWhatIsLeft := func(r *rewound) error { return r.append(acked) }
	midway := func(r *rewound) error { return drain(r.reading) }
	var all []*rewound
	for name, first := range map[string]func(*rewound) error{
		"read from the start": fromStart, "read what follows": fromThere, "append to it": toThere,
		"append to what is left": toWhatIsLeft, "go on with a read": midway,
	} {
		all = append(all,
			&rewound{sentence: "only seen: " + name, durability: redis.Replicated, first: first},
			&rewound{sentence: "only seen and outgrown: " + name, durability: redis.Replicated, outgrown: true, first: first},
			&rewound{sentence: "acknowledged: " + name, durability: redis.Replicated, behind: true, first: first, fatal: true},
			&rewound{sentence: "acknowledged and outgrown: " + name, durability: redis.Replicated, behind: true, outgrown: true, first: first, fatal: true},
			&rewound{sentence: "only seen, below class D3: " + name, durability: redis.Always, first: first, fatal: true},
			&rewound{sentence: "only seen and outgrown, below class D3: " + name, durability: redis.Always, outgrown: true, first: first, fatal: true},
		)
	}
	return all
}

// All cases share one failover, each in a workspace of its own.
func TestAFailoverIsToldByWhatItTook(t *testing.T) {
	primary := startPrimary(t)
	ahead, behind := startReplica(t, primary, always...), startReplica(t, primary, always...)
	toAhead, toBehind := newProxy(t, primary), listen(t, "unix", behind.dir+"/proxy.sock")
	toBehind.behind.Store(primary)
	all := cases()
	for i, r := range all {
		r.options = redis.Options{Workspace: fmt.Sprintf("w-%d", i)}
		o := r.options
		o.Durability = r.durability
		r.store = open(t, map[bool]*proxy{false: toAhead, true: toBehind}[r.behind].url(), o)
	}
	bodies := func(from, to int) []string {
		var all []string
		for n := from; n < to; n++ {
			all = append(all, fmt.Sprint(n))
		}
		return all
	}
	grow := func(s *server, r *rewound, at uint64, bodies ...string) {
		other := open(t, s.url(), r.options)
		defer other.Close()
		if _, err := other.Append(t.Context(), "", storagetest.To("INC-1", at, bodies...)); err != nil {
			t.Fatalf("%s: %v", r.sentence, err)
		}
	}
	for _, r := range all {
		if _, err := r.store.Append(t.Context(), "", storagetest.To("INC-1", 0, bodies(0, acked-1)...)); err != nil {
			t.Fatal(err)
		}
	}
	primary.bring(behind)
	primary.release(behind)
	for _, r := range all {
		if _, err := r.store.Append(t.Context(), "c300", storagetest.To("INC-1", acked-1, "300")); err != nil {
			t.Fatal(err)
		}
	}
	primary.release(ahead)
	for _, r := range all {
		grow(primary, r, acked, bodies(acked, seen)...)
		r.reading = r.store.Read(t.Context(), "INC-1", 0)
		if n := len(storagetest.Chained(t, r.store, "INC-1")); n != seen {
			t.Fatalf("%s: %d entries, want %d", r.sentence, n, seen)
		}
	}

	toAhead.turn(ahead)
	toBehind.turn(behind)
	ahead.take(primary)
	startReplica(t, behind, always...)
	for _, r := range all {
		t.Run(r.sentence, func(t *testing.T) {
			has := uint64(acked)
			if r.behind {
				has--
			}
			if r.outgrown {
				grow(map[bool]*server{false: ahead, true: behind}[r.behind], r, has, bodies(0, seen)...)
				has += seen
			}
			r.judge(t, has)
		})
	}
}

func (r *rewound) judge(t *testing.T, has uint64) {
	err := r.first(r)
	var back *storage.RewoundError
	var down *storage.UnavailableError
	if r.fatal {
		for range 2 {
			if !errors.As(err, &down) || down.Doubtful || !down.Lasting || down.Remedy == "" {
				t.Fatalf("got %v, want a lasting refusal with a remedy", err)
			}
			for _, again := range []error{r.read(0), r.read(has), r.append(has), r.append(seen)} {
				if !errors.As(again, &down) {
					t.Fatalf("then %v, want the refusal to stay", again)
				}
			}
			err = r.first(r)
		}
		return
	}
	if !errors.As(err, &back) || back.Journal != "INC-1" || back.Had.Seq > seen || back.Has.Seq != has {
		t.Fatalf("got %v, want INC-1 to have gone back to %d", err, has)
	}
	if n := len(storagetest.Chained(t, r.store, "INC-1")); n != int(has) {
		t.Errorf("then %d entries, want %d", n, has)
	}
	if err := r.append(has); err != nil {
		t.Errorf("then the next append: %v", err)
	}
}

func TestWhatADuplicateAcknowledgedMustStay(t *testing.T) {
	primary := startPrimary(t)
	stays, behind := startReplica(t, primary, always...), startReplica(t, primary, always...)
	p := newProxy(t, primary)
	s := open(t, p.url(), replicated)
	primary.bring(behind)
	primary.release(behind)
	if _, err := open(t, primary.url(), redis.Options{}).Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a")); err != nil {
		t.Fatal(err)
	}
	_, err := s.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a"))
	wantDuplicate(t, err, 1)
	primary.release(stays)
	p.turn(behind)
	for range 2 {
		wantUnavailable(t, drain(s.Read(t.Context(), "INC-1", 0)), false)
	}
}
