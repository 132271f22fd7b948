package commands_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/plan"
)

// large is a plan of many services in so many waves, each of which needs two of
// the wave before, with a process and a window on all of them.
func large(services, waves int) *plan.Plan {
	p := *plan.Empty()
	p.Commit, p.People, p.Teams = "large", northbridge.People, northbridge.Teams
	var all []string
	for i := range services {
		id := fmt.Sprintf("s%04d", i)
		all = append(all, id)
		s := plan.Service{ID: id, Name: id, Tier: 1, RTO: time.Hour, RecoveryWork: 10 * time.Minute, Team: "dba", Owners: []string{"olga"}}
		if before := i - services/waves; before >= 0 {
			s.Deps = []plan.Dep{{To: all[before], Kind: plan.Hard}}
			if before > 0 {
				s.Deps = append(s.Deps, plan.Dep{To: all[before-1], Kind: plan.Soft})
			}
		}
		p.Services = append(p.Services, s)
	}
	p.Processes = []plan.Process{{ID: "work", Name: "Work", Services: all, Owner: "olga"}}
	for i := range 30 {
		p.Windows = append(p.Windows, plan.Window{ID: fmt.Sprintf("w%02d", i), Services: all, RTO: time.Minute, Start: start, End: start.Add(hour)})
	}
	return &p
}

func TestALongAnswerIsCutAndSaysHowMuchIsLeftOut(t *testing.T) {
	d := quiet(t)
	d.plan = large(300, 12)
	for words, says := range map[string]string{
		"waves": "19 more", "deps s0280": "s0280", "impact s0000": "takes 11 of 299", "inversions": "more", "windows": "more", "owners": "and 288 more", "bia work": "288 more",
		"plan show": "285 more", "service s0000": "s0025",
	} {
		a := d.asks("bob", words).accepted().says(says)
		if n := len(a.text()); n > 7000 {
			t.Errorf("%s: %d characters are no answer for a telephone", words, n)
		}
	}
}

func TestNothingIsCutForOneMore(t *testing.T) {
	d := quiet(t)
	d.plan = large(14, 2) // 7 in a wave: six and one more
	d.asks("bob", "waves").accepted().says("s0006", "s0013").hides("more")
}

func TestAPlanOfTwoThousandServicesIsAnsweredWhileSomebodyWaits(t *testing.T) {
	d := quiet(t)
	d.plan = large(2000, 40)
	begun := time.Now()
	d.asks("bob", "waves").accepted().says("30 more waves")
	d.ok("alice", ops, `declare "all is down" service:s1999`)
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
	if s := d.state("INC-1"); len(s.Deadlines) != 1 || s.Deadlines[0].Window != "w00" || !s.Deadlines[0].Due.Equal(start.Add(minute)) {
		t.Errorf("the deadlines are %+v", s.Deadlines)
	}
}

func TestAnEmptyPlanAnswersEveryQuestion(t *testing.T) {
	d := quiet(t)
	p := *plan.Empty()
	p.People = northbridge.People
	d.plan = &p
	for words, says := range map[string]string{
		"waves": "Recovery in 0 waves: 0 services", "inversions": "No inversion", "windows": "None is active", "owners": "0 of 0", "plan show": "0 services",
	} {
		d.asks("bob", words).accepted().says(says)
	}
	d.asks("bob", "plan check").refused(fault.NotOpen)
	d.asks("bob", "deps x").refused(fault.UnknownID).says("The plan has no services")
	d.asks("bob", "bia x").refused(fault.UnknownID).says("bia/*.yaml")
}

func TestAFormAsksForTheServiceAndAnswersLikeTheWords(t *testing.T) {
	d := quiet(t)
	for _, verb := range []string{"deps", "impact", "service"} {
		if f := d.asks("bob", verb).asked().form(); f.Root != "continuity" || f.Verb != verb {
			t.Errorf("the form is for /%s %s", f.Root, f.Verb)
		}
		d.submit("bob", map[string]string{"service": "san"}).accepted().says("san")
	}
}

func TestWhatAnEditBringsInHasItsDeadlineToo(t *testing.T) {
	d := declared(t)
	d.ok("alice", war, "edit services idp,ledger")
	var got []string
	for _, x := range d.state("INC-1").Deadlines {
		got = append(got, x.Service+" "+x.Due.Format("15:04"))
	}
	if want := "idp 11:00 ledger 11:00"; strings.Join(got, " ") != want { // ledger by the window of the close
		t.Errorf("deadlines %q, want %q", got, want)
	}
	if r := d.last("incident.rescoped").Fact.(*incident.Rescoped); len(r.Objectives) != 2 {
		t.Errorf("written down: %+v", r.Objectives)
	}
}

func TestAPictureGoesWithTheAnswerOrWhereItIsKept(t *testing.T) {
	d := quiet(t)
	a := d.asks("bob", "waves picture").accepted().says("waves.png")
	if a.Reply.File != "waves.png" || !strings.HasPrefix(string(a.Reply.Content), "\x89PNG") {
		t.Errorf("the answer holds %s of %d bytes", a.Reply.File, len(a.Reply.Content))
	}
	d.bot.Keep = func(name string, content []byte) (string, error) { return "/kept/" + name, nil }
	d.asks("bob", "bia payments picture").accepted().says("/kept/bia-payments.png")
	d.bot.Keep = func(string, []byte) (string, error) { return "", fault.New(fault.Store, "The disk is full.", "") }
	d.asks("bob", "bia payments cost").refused(fault.Store).says("The disk is full.")
	d.asks("bob", "bia workplace cost").refused(fault.NotOpen).says("plan check")
	d.asks("bob", "waves drawing").refused(fault.Range).says("picture, schedule")
}
