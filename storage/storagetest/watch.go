package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"holdfast/storage"
)

// patience is how long the suite waits for what must come.
const patience = 20 * time.Second

func (s *suite) runWatch(t *testing.T) {
	s.test(t, "a watcher hears of every journal that grows", func(b *bench) {
		b.append("INC-0", 0, "before the watch")
		growths := b.watch(b.Context())
		b.append("INC-1", 0, "a")
		b.hear(growths, "INC-1")
		if _, err := b.Append(b.Context(), "", To("register", 0, "r"), To("INC-2", 0, "a")); err != nil {
			b.Fatal(err)
		}
		b.hear(growths, "register", "INC-2")
	})
	s.test(t, "names that wait are merged and none is lost", func(b *bench) {
		growths := b.watch(b.Context())
		const times = 50
		for i := range uint64(times) {
			b.append("INC-1", i, "a")
			b.append("INC-2", i, "b")
		}
		b.append("INC-3", 0, "last")
		count := map[string]int{}
		for count["INC-3"] == 0 {
			count[b.next(growths).Journal]++
		}
		if count["INC-1"] == 0 || count["INC-2"] == 0 {
			b.Errorf("heard %v; a journal was lost", count)
		}
		if count["INC-1"]+count["INC-2"] >= 2*times {
			b.Errorf("heard %v; nothing was merged", count)
		}
	})
	s.test(t, "growth after a name was heard is told again, and how far it goes", func(b *bench) {
		growths := b.watch(b.Context())
		for i := range uint64(20) {
			b.append("INC-1", 2*i, "a", "b")
			if g := b.next(growths); g.Seq != 2*i+2 {
				b.Fatalf("told that %s has grown to %d, and it has %d entries", g.Journal, g.Seq, 2*i+2)
			}
		}
	})
	s.test(t, "each watcher hears for itself", func(b *bench) {
		one, other := b.watch(b.Context()), b.watch(b.Context())
		b.append("INC-1", 0, "a")
		b.hear(one, "INC-1")
		b.hear(other, "INC-1")
	})
	s.test(t, "a watch ends with its context", func(b *bench) {
		ctx, cancel := context.WithCancel(b.Context())
		growths := b.watch(ctx)
		b.append("INC-1", 0, "a")
		cancel()
		b.drain(growths)
		b.append("INC-1", 1, "nobody is held up")
	})
	s.test(t, "a watch ends when the store closes", func(b *bench) {
		growths := b.watch(b.Context())
		if err := b.Close(); err != nil {
			b.Fatal(err)
		}
		b.drain(growths)
	})
}

func (b *bench) watch(ctx context.Context) <-chan storage.Growth {
	b.Helper()
	growths, err := b.Watch(ctx)
	if err != nil {
		b.Fatal(err)
	}
	return growths
}

// next waits until one journal is told of.
func (b *bench) next(growths <-chan storage.Growth) storage.Growth {
	b.Helper()
	select {
	case g, open := <-growths:
		if !open {
			b.Fatal("the watch has ended")
		}
		return g
	case <-time.After(patience):
		b.Fatal("no journal was told of")
	}
	return storage.Growth{}
}

// hear waits until each of the wanted names has come, in any order.
func (b *bench) hear(growths <-chan storage.Growth, wanted ...string) {
	b.Helper()
	missing := map[string]bool{}
	for _, name := range wanted {
		missing[name] = true
	}
	for len(missing) > 0 {
		name := b.next(growths).Journal
		if !missing[name] {
			b.Fatalf("heard of %s, waiting for %v", name, missing)
		}
		delete(missing, name)
	}
}

// drain waits until the channel is closed.
func (b *bench) drain(growths <-chan storage.Growth) {
	b.Helper()
	late := time.After(patience)
	for {
		select {
		case _, open := <-growths:
			if !open {
				return
			}
		case <-late:
			b.Fatal("the watch does not end")
		}
	}
}

func (s *suite) runLease(t *testing.T) {
	s.test(t, "a lease has one holder until it ends or is given back", func(b *bench) {
		const ttl = 10 * time.Second
		steps := []struct {
			sentence string
			wait     time.Duration
			holder   string
			ttl      time.Duration
			has      bool
		}{
			{"the first takes it", 0, "r1", ttl, true},
			{"another does not get it", 0, "r2", ttl, false},
			{"the holder renews it", 9 * time.Second, "r1", ttl, true},
			{"it counts from the renewal", 9 * time.Second, "r2", ttl, false},
			{"it ends after its time", time.Second, "r2", ttl, true},
			{"the former holder has lost it", 0, "r1", ttl, false},
			{"giving back another's changes nothing", 0, "r1", 0, false},
			{"so it is still held", 0, "r1", ttl, false},
			{"its holder gives it back", 0, "r2", 0, false},
			{"then it is free", 0, "r1", ttl, true},
		}
		for _, step := range steps {
			b.clock.Add(step.wait)
			if has, err := b.Lease(b.Context(), "perform", step.holder, step.ttl); err != nil || has != step.has {
				b.Fatalf("%s: %s has it: %t, %v", step.sentence, step.holder, has, err)
			}
		}
		if has, err := b.Lease(b.Context(), "another name", "r9", ttl); err != nil || !has {
			b.Errorf("a lease of another name is not free: %t, %v", has, err)
		}
	})
}

// RunBlobs holds a store to the contract of storage.Blobs.
func RunBlobs(t *testing.T, open func(t *testing.T) storage.Blobs) {
	t.Run("a blob is kept under its SHA-256, once or twice", func(t *testing.T) {
		b := open(t)
		for _, data := range []string{"hello", "", "hello", "\x00\xff"} {
			sum, err := b.Put(t.Context(), []byte(data))
			if err != nil {
				t.Fatal(err)
			}
			if data == "hello" && sum != "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" {
				t.Errorf("stored under %s", sum)
			}
			if got, err := b.Get(t.Context(), sum); err != nil || string(got) != data {
				t.Errorf("got %q, %v, want %q", got, err, data)
			}
		}
	})
	t.Run("an unknown sum is ErrNoBlob", func(t *testing.T) {
		b := open(t)
		for _, sum := range []string{"", "../LOCK", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"} {
			if _, err := b.Get(t.Context(), sum); !errors.Is(err, storage.ErrNoBlob) {
				t.Errorf("%q: got %v, want %v", sum, err, storage.ErrNoBlob)
			}
		}
	})
	t.Run("a blob is a copy", func(t *testing.T) {
		b := open(t)
		data := []byte("hello")
		sum, err := b.Put(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		copy(data, "XXXXX")
		got, _ := b.Get(t.Context(), sum)
		copy(got, "YYYYY")
		if got, err := b.Get(t.Context(), sum); err != nil || string(got) != "hello" {
			t.Errorf("got %q, %v", got, err)
		}
	})
}
