package commands_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"holdfast/integrations"
	"holdfast/internal/fault"
)

// roster is a pager that knows who is on call, keeps what it was asked, and can
// fail or not come back.
type roster struct {
	on    map[string][]integrations.OnCall
	err   error
	hangs bool
	asked []string
}

func (r *roster) OnCall(ctx context.Context, target string) ([]integrations.OnCall, error) {
	r.asked = append(r.asked, target)
	if r.hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return r.on[target], r.err
}

func TestOncallShowsWhatThePlanSays(t *testing.T) {
	d := declared(t)
	d.plan = northbridge.InForce(start.Add(-4 * hour))
	d.unchanged("asking", func() {
		d.ok("bob", ops, "oncall dba").says("On call for dba (Databases), +44 20 7946 0204", "@dan Dan Dvorak: +44 20 7946 0104", "@dora", "from the plan", "Plan as of sha256:", "in force since 06:00Z, 4 h ago")
		d.ok("bob", ops, "oncall PAYMENTS-API").says("On call for payments-api (Applications), +44 20 7946 0205", "@erin", "@mallory").hides("command")
		d.ok("bob", war, "oncall").says("On call for payments-api (Applications)", "On call for command (all who may hold it)", "@alice").hides("Databases")
		d.ok("bob", ops, "oncall #INC-1").says("On call for payments-api")
		d.ok("bob", ops, "oncall").says("Databases", "Network", "On call for command")
		d.refused(fault.UnknownID, "bob", ops, "oncall dbs").says("dba")
		d.refused(fault.Usage, "bob", ops, "oncall dba net").says("one word too many")
	})
	if all := strings.Join(d.stored(), "\n"); strings.Contains(all, "7946") {
		t.Error("a telephone number is in a journal")
	}
}

func TestOncallIsNotForOutsiders(t *testing.T) {
	for _, who := range outsiders {
		d := declared(t)
		d.refused(fault.Role, who, ops, "oncall dba").says("everybody but guests").hides("7946")
		if n := d.count("register", "access.denied"); n != 1 {
			t.Errorf("%d denials", n)
		}
	}
}

func TestOncallOfAPrivateIncidentIsForWhoIsInIt(t *testing.T) {
	d, room := secrecy(t)
	d.refused(fault.Role, "erin", room, "oncall").says("INC-1 is private")
	d.refused(fault.Role, "erin", ops, "oncall #INC-1").hides("idp")
	d.ok("erin", room, "oncall dba").says("Databases") // which has nothing to do with it
	d.ok("bob", room, "oncall").says("On call for idp (Identity)")
}

func TestOncallWorksWhileTheStoreIsDown(t *testing.T) {
	d := declared(t)
	d.store.Refuse(true)
	d.ok("bob", war, "oncall dba").says("+44 20 7946 0104")
}

func TestThePagerIsAskedBeforeThePlan(t *testing.T) {
	d := declared(t)
	r := &roster{on: map[string][]integrations.OnCall{"team:dba": {
		{Person: "dora", Until: start.Add(8 * hour)}, {Name: "Night desk", Phone: "+44 20 7946 0999"},
	}}}
	d.bot.OnCall = r
	d.ok("bob", ops, "oncall ledger").says("@dora Dora Diaz: +44 20 7946 0109, until 18:00Z", "Night desk: +44 20 7946 0999", "from the pager").hides("@dan")
	d.ok("bob", ops, "oncall net").says("@niaj", "from the plan; the pager names nobody")
	r.err = errors.New("503")
	d.ok("bob", ops, "oncall dba").says("@dan", "from the plan; the pager did not say")
	if got := strings.Join(r.asked, " "); got != "team:dba team:net team:dba" {
		t.Errorf("asked for %s", got)
	}
}

func TestAPagerThatHangsKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := declared(t)
		d.bot.OnCall = &roster{hangs: true}
		asked := time.Now()
		d.ok("bob", ops, "oncall").says("@dan", "@niaj", "from the plan; the pager did not say")
		if took := time.Since(asked); took > 2*time.Second {
			t.Errorf("it took %s for all teams together", took)
		}
	})
}
