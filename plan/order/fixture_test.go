package order_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/plan"
	"holdfast/plan/order"
)

// northbridge is the sample plan in short: id, tier, RTO and work in minutes,
// team, and what it needs first.
const northbridge = `
net-core     T0 15   10 net
dns          T0 20   5  net      <- net-core
san          T0 40   20 storage  <- net-core
directory    T0 45   15 identity <- net-core dns
idp          T1 60   5  identity <- directory
db-payments  T1 90   30 dba      <- san directory
mq           T1 60   10 app      <- san directory
payments-api T1 90   10 app      <- db-payments mq idp
web-portal   T1 120  10 app      <- payments-api
ledger       T2 240  25 dba      <- san directory
reporting    T3 1440 60 dba      <- db-payments ledger
`

// clinic is another one. Worked out by hand:
//
//	        needs        wave  ES  EF  eff
//	power                0     0   4   min(12, 20-6, 14-5) = 9 (through switch), hard by nobody: 12 < 14
//	switch  power        1     4   9   min(14, 45-12, 15-0)  = 14
//	token   power        1     4   10  20
//	badge   switch       2     9   9   15, its P is 0
//	records switch token 2     10  22  45
const clinic = `
badge   T1 15 0  doors  <- switch
power   T0 12 4  house
records T1 45 12 app    <- switch token
switch  T0 14 5  house  <- power
token   T0 20 6  app    <- power
`

// graphOf reads services written as above, ~name for a soft edge and =name for
// one that carries data.
func graphOf(t *testing.T, text string) *order.Graph {
	t.Helper()
	g, err := order.New(servicesOf(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func servicesOf(t *testing.T, text string) []plan.Service {
	t.Helper()
	p := plan.Empty()
	for line := range strings.Lines(text) {
		head, tail, _ := strings.Cut(line, "<-")
		f := strings.Fields(head)
		if len(f) == 0 {
			continue
		}
		s := plan.Service{ID: f[0], Team: f[4], RTO: minutes(t, f[2]), RecoveryWork: minutes(t, f[3])}
		s.Tier, _ = strconv.Atoi(strings.TrimPrefix(f[1], "T"))
		for _, to := range strings.Fields(tail) {
			switch {
			case to[0] == '~':
				s.Deps = append(s.Deps, plan.Dep{To: to[1:], Kind: plan.Soft})
			case to[0] == '=':
				s.Deps = append(s.Deps, plan.Dep{To: to[1:], Kind: plan.Data})
			default:
				s.Deps = append(s.Deps, plan.Dep{To: to, Kind: plan.Hard})
			}
		}
		p.Services = append(p.Services, s)
	}
	return sortedByID(p.Services)
}

func minutes(t *testing.T, s string) time.Duration {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(n) * time.Minute
}
