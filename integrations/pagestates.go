package integrations

import (
	"context"
	"slices"
	"strings"

	"holdfast/incident"
)

// PageStates is a pager that knows what becomes of its pages after it has
// accepted them. It is an ability that a Pager may have.
//
// History returns all that has happened to the page that was made under a key
// and has the name that Page returned, in any order; found is false, and err
// nil, when the pager does not have it. Acknowledge says there that somebody is
// on it; a page that is over stays over. Both make one try; errors are as
// errors.go describes them.
type PageStates interface {
	History(ctx context.Context, key, id string) (news []incident.PageNews, found bool, err error)
	Acknowledge(ctx context.Context, key, id, person string) error
}

// PageStatesOf returns the ability of a pager, nil when it does not have it.
func PageStatesOf(p Pager) PageStates {
	if r, both := p.(Rungs); both && PageStatesOf(r.First) == nil {
		return nil
	}
	s, _ := p.(PageStates)
	return s
}

// Became says what an incident has to hear of one of its pages, given all that
// the pager tells. It is the same whatever was heard before: what is known
// already changes nothing when it is decided.
func Became(p incident.Page, news []incident.PageNews, found bool) incident.Action {
	if !found {
		return incident.ConfirmMissing{Key: p.Effect, Lost: true}
	}
	return incident.HearOfPage{Key: p.Effect, News: news}
}

// Untold says whether somebody is on a page and the pager does not know it: it
// would go on and call the next. p is the page after it has heard the news.
func Untold(p incident.Page, news []incident.PageNews) bool {
	if p.Acknowledged == "" {
		return false
	}
	calling := true
	for _, n := range slices.SortedStableFunc(slices.Values(news), earlier) {
		switch n.Turn {
		case incident.Acknowledged, incident.PageOver:
			calling = false
		case incident.Unacknowledged, incident.Escalated, incident.Reassigned:
			calling = true
		}
	}
	return calling
}

func earlier(x, y incident.PageNews) int {
	if order := x.At.Compare(y.At); order != 0 {
		return order
	}
	return strings.Compare(x.Event, y.Event)
}
