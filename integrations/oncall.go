package integrations

import (
	"context"
	"time"
)

// OnCall is somebody who is on call at this moment.
type OnCall struct {
	Person string    // the plan's id; empty for somebody the plan does not know
	Name   string    // as the provider writes it
	Phone  string    // may be empty
	Until  time.Time // when the shift ends; zero when that is not known
	AsOf   time.Time // when the provider said so, where that was before now; else zero
}

// OnCaller is a pager that knows who is on call. It is an ability that a Pager
// may have; without it, and when it fails, the plan's list is shown.
//
// OnCall returns who is on call for a target such as "team:dba", first the one
// to reach first; nobody is an empty list and no error. It makes one try and
// ends when ctx does, for a person waits for the answer.
type OnCaller interface {
	OnCall(ctx context.Context, target string) ([]OnCall, error)
}

// OnCallOf returns the ability of a pager, nil when it does not have it.
func OnCallOf(p Pager) OnCaller {
	if r, both := p.(Rungs); both && OnCallOf(r.First) == nil {
		return nil
	}
	o, _ := p.(OnCaller)
	return o
}
