package integrationstest

import (
	"context"
	"sync"
	"testing"

	"holdfast/integrations"
)

// PagerBench is one pager under test.
type PagerBench struct {
	integrations.Pager
	// Called returns how many calls to people the provider has made so far.
	Called func() int
	// Fail makes the next calls fail in one of the ways of standin.Modes.
	Fail func(mode string, times int)
}

// Pager holds a pager to the contract of integrations.Pager. open returns one
// that has called nobody yet.
func Pager(t *testing.T, open func(t *testing.T) PagerBench) {
	page := integrations.PageRequest{Key: "INC-1/page:team:app", Target: "team:app", Summary: "INC-1 SEV1: checkout failing", Severity: 1, Incident: "INC-1"}
	other := page
	other.Key, other.Target = "INC-1/page:@dan", "@dan"

	t.Run("a page gets a name and calls once", func(t *testing.T) {
		b := open(t)
		if id := b.page(t, page); id == "" {
			t.Error("the page has no name")
		}
		b.called(t, 1)
	})
	t.Run("the same key is the same page, whatever else is said", func(t *testing.T) {
		b := open(t)
		first, reworded := b.page(t, page), page
		reworded.Summary = "INC-1 SEV1: payments failing"
		if again := b.page(t, reworded); again != first {
			t.Errorf("the second page is %s, the first was %s", again, first)
		}
		b.called(t, 1)
	})
	t.Run("another key is another page", func(t *testing.T) {
		b := open(t)
		if one, two := b.page(t, page), b.page(t, other); one == two {
			t.Errorf("two keys are one page, %s", one)
		}
		b.called(t, 2)
	})
	t.Run("eight tries at once under one key call once", func(t *testing.T) {
		b := open(t)
		ids := make([]string, 8)
		var all sync.WaitGroup
		for i := range ids {
			all.Go(func() { ids[i], _ = b.Page(t.Context(), page) })
		}
		all.Wait()
		for _, id := range ids {
			if id == "" || id != ids[0] {
				t.Fatalf("one key has the names %q", ids)
			}
		}
		b.called(t, 1)
	})
	t.Run("a page is found by its key and no other", func(t *testing.T) {
		b := open(t)
		id := b.page(t, page)
		if found, ok, err := b.Find(t.Context(), page.Key); err != nil || !ok || found != id {
			t.Errorf("found %q, %v, %v; want %s", found, ok, err, id)
		}
		if found, ok, err := b.Find(t.Context(), other.Key); err != nil || ok {
			t.Errorf("found %q under a key nobody has used, %v", found, err)
		}
	})
	t.Run("a call that has been given up beforehand pages nobody", func(t *testing.T) {
		b := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if id, err := b.Page(ctx, page); err == nil {
			t.Errorf("paged as %s", id)
		}
		b.called(t, 0)
	})
	t.Run("what the pager cannot call at all is given up", func(t *testing.T) {
		b := open(t)
		nobody := page
		nobody.Target = "nobody in particular"
		_, err := b.Page(t.Context(), nobody)
		lasting(t, err)
		b.called(t, 0)
	})
	for _, mode := range undone {
		t.Run("a page that fails by "+mode+" calls nobody and is worth another try", func(t *testing.T) {
			b := open(t)
			b.Fail(mode, 1)
			_, err := b.Page(t.Context(), page)
			passing(t, mode, err)
			b.called(t, 0)
			b.page(t, page)
			b.called(t, 1)
		})
		t.Run("a lookup that fails by "+mode+" does not say that there is no page", func(t *testing.T) {
			b := open(t)
			b.page(t, page)
			b.Fail(mode, 1)
			_, _, err := b.Find(t.Context(), page.Key)
			passing(t, mode, err)
		})
	}
	t.Run("a page whose reply was lost is found, and paging again calls nobody", func(t *testing.T) {
		b := open(t)
		b.Fail("lost-reply", 1)
		if id, err := b.Page(t.Context(), page); err == nil {
			t.Fatalf("the lost reply came as %s", id)
		}
		id, found, err := b.Find(t.Context(), page.Key)
		if err != nil || !found {
			t.Fatalf("not found: %v", err)
		}
		if again := b.page(t, page); again != id {
			t.Errorf("paging again gives %s, found was %s", again, id)
		}
		b.called(t, 1)
	})
}

func (b PagerBench) page(t *testing.T, r integrations.PageRequest) string {
	t.Helper()
	id, err := b.Page(t.Context(), r)
	if err != nil {
		t.Fatalf("page %s: %v", r.Target, err)
	}
	return id
}

func (b PagerBench) called(t *testing.T, want int) {
	t.Helper()
	if got := b.Called(); got != want {
		t.Errorf("the provider has called %d times, want %d", got, want)
	}
}
