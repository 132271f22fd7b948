package commands_test

import (
	"testing"

	"holdfast/bot/console"
	"holdfast/internal/fault"
)

func TestThePlanSaysHowOftenAFollowerIsTold(t *testing.T) {
	d := quiet(t)
	var err error
	if d.plan, err = northbridge.WithSetting("follow.digest", "10m"); err != nil {
		t.Fatal(err)
	}
	d.ok("alice", ops, `declare "checkout failing" sev:2 service:payments-api`)
	d.ok("ivan", ops, "follow #INC-1").says("at most every 10 min")
	d.ok("alice", war, "phase identified")
	told := func() int { return len(d.chat.Messages("@ivan")) }
	d.later(9 * minute)
	if n := told(); n != 0 {
		t.Errorf("told %d times in nine minutes", n)
	}
	d.later(minute)
	if n := told(); n != 1 {
		t.Errorf("told %d times in ten minutes", n)
	}
}

func TestTheButtonOfADigestEndsItWherever(t *testing.T) {
	d := declared(t)
	d.ok("ivan", ops, "follow #INC-1")
	d.click("ivan", "Unfollow").accepted()
	d.refused(fault.NotOpen, "ivan", console.DM, "unfollow #INC-1").says("does not follow INC-1")
	d.ok("ivan", ops, "follow #INC-1")
	d.ok("alice", war, `close as:false-alarm because "a test"`)
	r, err := d.chat.Click("ivan", "Unfollow", console.DM)
	if err != nil {
		t.Fatal(err)
	}
	d.deliver(r).accepted() // also when it is closed
	if n := d.count("INC-1", "follow.ended"); n != 2 {
		t.Errorf("ended %d times", n)
	}
}
