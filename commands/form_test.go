package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"holdfast/journal"
)

// said is what an entry records, whatever way the words came in.
type said struct {
	Kind, Actor, Because, Rule, Print string
	At                                time.Time
	Fact                              journal.Fact
}

func recordedIn(d *desk, name string) []said {
	var all []said
	for _, e := range d.entries(name) {
		all = append(all, said{e.Fact.Kind(), e.Actor, e.Because, e.Rule, e.Print, e.At, e.Fact})
	}
	return all
}

// The same command, half typed and finished in its form, and typed out.
var halves = map[string]struct {
	before []string // "who: words" in the room
	half   string
	filled map[string]string // what stands in the form already
	rest   map[string]string
	whole  string
}{
	"a note": {half: "note at:-10m tag:finding", filled: map[string]string{"at": "-10m", "tag": "finding"},
		rest: map[string]string{"text": `lag is "9 s", see \n; #2`}, whole: `note "lag is \"9 s\", see \\n; #2" at:-10m tag:finding`},
	"a note of several lines": {half: "note", rest: map[string]string{"text": "one\ntwo\n\nthree"}, whole: `note "one\ntwo\n\nthree"`},
	"a note of words that mean something elsewhere": {half: "note", rest: map[string]string{"text": "because of --drill @bob #INC-9 sev:1 again"},
		whole: `note "because of --drill @bob #INC-9 sev:1 again"`},
	"a decision": {half: `decide "fail over"`, filled: map[string]string{"text": "fail over"},
		rest:  map[string]string{"because": "lag is 2 s", "alternatives": "wait; restore", "reversible": "no"},
		whole: `decide "fail over" because "lag is 2 s" alternatives "wait; restore" --reversible no`},
	"a task": {half: "task add @dan due:+10m", filled: map[string]string{"owner": "@dan", "due": "+10m"},
		rest: map[string]string{"text": "check the lag"}, whole: `task add "check the lag" @dan due:+10m`},
	"a task for somebody named in the form": {half: "task add", rest: map[string]string{"text": "check", "owner": "dan"}, whole: `task add "check" @dan`},
	"a blocked task": {before: []string{`alice: task add "x"`}, half: "task block T1", filled: map[string]string{"id": "T1"},
		rest: map[string]string{"because": "waiting"}, whole: `task block T1 because "waiting"`},
	"a follow-up":         {half: "followup add due:2026-12-10", rest: map[string]string{"text": "x", "owner": "@dan"}, whole: `followup add "x" @dan due:2026-12-10`},
	"a follow-up's owner": {before: []string{`alice: followup add "x"`}, half: "followup own F1", rest: map[string]string{"owner": "dan"}, whole: "followup own F1 @dan"},
	"a role":              {half: "role comms", filled: map[string]string{"role": "comms"}, rest: map[string]string{"person": "hana"}, whole: "role comms @hana"},
	"a team's lead":       {half: "role @dan", filled: map[string]string{"person": "@dan"}, rest: map[string]string{"role": "lead:dba"}, whole: "role lead:dba @dan"},
	"a team's lead, typed": {half: "role lead:dba", filled: map[string]string{"role": "lead:dba"}, rest: map[string]string{"person": "dan"},
		whole: "role lead:dba @dan"},
	"a claim":           {half: "role claim", rest: map[string]string{"role": "commander"}, whole: "role claim commander"},
	"a handover":        {half: "handover commander", rest: map[string]string{"person": "bob"}, whole: "handover commander @bob"},
	"a page":            {half: "page team:dba", filled: map[string]string{"team": "dba"}, rest: map[string]string{"why": "lag unknown"}, whole: `page team:dba "lag unknown"`},
	"a page's target":   {half: `page "lag unknown"`, filled: map[string]string{"why": "lag unknown"}, rest: map[string]string{"person": "dan"}, whole: `page @dan "lag unknown"`},
	"a higher severity": {half: "severity", rest: map[string]string{"severity": "1", "because": "all regions"}, whole: `severity 1 because "all regions"`},
	"a lower severity": {half: "severity 3", filled: map[string]string{"severity": "3"}, rest: map[string]string{"because": "one customer"},
		whole: `severity 3 because "one customer"`},
	"a phase":              {half: "phase", rest: map[string]string{"phase": "identified"}, whole: "phase identified"},
	"a new title":          {half: "edit title", filled: map[string]string{"what": "title"}, rest: map[string]string{"value": "checkout failing everywhere"}, whole: `edit title "checkout failing everywhere"`},
	"a time point":         {half: "time t0", filled: map[string]string{"point": "t0"}, rest: map[string]string{"at": "-20m", "because": "log"}, whole: `time t0 -20m because "log"`},
	"a time with its date": {half: "time td", rest: map[string]string{"at": "2026-11-02 10:02:00Z"}, whole: `time td "2026-11-02 10:02:00Z"`},
	"a merge": {before: []string{`alice: declare "switch down" sev:3 service:ledger`}, half: `merge because "same"`, filled: map[string]string{"because": "same"},
		rest: map[string]string{"into": "INC-2"}, whole: `merge #INC-2 because "same"`},
	"an invitation":        {half: "invite", rest: map[string]string{"person": "dan"}, whole: "invite @dan"},
	"a secret":             {half: "private", rest: map[string]string{"because": "customer data"}, whole: `private because "customer data"`},
	"a secret that is out": {before: []string{`alice: private because "x"`}, half: "public", rest: map[string]string{"because": "told"}, whole: `public because "told"`},
	"an update": {half: "update exec next:20m", filled: map[string]string{"audience": "exec", "next": "20m"},
		rest: map[string]string{"text": "failing over"}, whole: `update "failing over" audience:exec next:20m`},
	"a draft":          {half: "update draft audience:exec", rest: map[string]string{"text": "soon"}, whole: `update draft "soon" audience:exec`},
	"a draft to send":  {before: []string{`alice: update draft "soon"`}, half: "update send next:20m", rest: map[string]string{"draft": "U1"}, whole: "update send U1 next:20m"},
	"a skipped update": {half: "update skip exec", filled: map[string]string{"audience": "exec"}, rest: map[string]string{"because": "board call"}, whole: `update skip exec because "board call"`},
	"a correction":     {half: "correct 1", rest: map[string]string{"text": "checkout slow", "because": "looked again"}, whole: `correct 1 "checkout slow" because "looked again"`},
	"a linked ticket":  {half: "ticket link", rest: map[string]string{"key": "OPS-311"}, whole: "ticket link OPS-311"},
	"a resolution":     {half: "resolve at:-1m", rest: map[string]string{"summary": "failed over"}, whole: `resolve "failed over" at:-1m`},
	"a reopening":      {before: []string{`alice: resolve "x"`}, half: "reopen", rest: map[string]string{"because": "errors are back"}, whole: `reopen because "errors are back"`},
	"a false alarm":    {half: "close as:false-alarm", filled: map[string]string{"as": "false-alarm"}, rest: map[string]string{"because": "planned"}, whole: `close as:false-alarm because "planned"`},
}

func TestAMissingArgumentOpensAFormAndSendingItIsTheSameCommandTypedOut(t *testing.T) {
	for name, h := range halves {
		t.Run(name, func(t *testing.T) {
			stage := func() *desk {
				d := declared(t)
				d.later(5 * minute)
				for _, line := range h.before {
					who, words, _ := strings.Cut(line, ": ")
					d.ok(who, war, words)
				}
				return d
			}
			byForm, typed := stage(), stage()
			byForm.unchanged("opening a form", func() {
				a := byForm.say("alice", war, h.half).asked()
				for name, want := range h.filled {
					if got := a.field(name).Value; got != want {
						t.Errorf("the field %s holds %q, want %q", name, got, want)
					}
				}
			})
			byForm.submit("alice", h.rest).accepted()
			typed.ok("alice", war, h.whole)
			if diff := cmp.Diff(recordedIn(typed, "INC-1"), recordedIn(byForm, "INC-1")); diff != "" {
				t.Errorf("typed out (-) and by form (+) differ:\n%s", diff)
			}
		})
	}
}

func TestADeclarationByFormIsTheOneTypedOut(t *testing.T) {
	byForm, typed := quiet(t), quiet(t)
	a := byForm.say("alice", ops, "declare service:idp,mq").asked()
	if got := a.field("service").Value; got != "idp,mq" {
		t.Errorf("the form holds the services %q", got)
	}
	byForm.submit("alice", map[string]string{"title": "login slow", "sev": "2", "health": "degraded", "impact": "EU\nonly", "at": "-15m", "commander": "bob", "comms": "@hana"}).accepted()
	typed.ok("alice", ops, `declare "login slow" sev:2 service:idp,mq health:degraded impact:"EU\nonly" at:-15m --commander @bob --comms @hana`)
	ignoringPrints := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Print" }, cmp.Ignore()) // @hana and hana
	if diff := cmp.Diff(recordedIn(typed, "INC-1"), recordedIn(byForm, "INC-1"), ignoringPrints); diff != "" {
		t.Errorf("typed out (-) and by form (+) differ:\n%s", diff)
	}
}

func TestWhatAFormDoesNotAskIsKeptThroughIt(t *testing.T) {
	t.Run("a drill stays one", func(t *testing.T) {
		d := quiet(t)
		d.say("alice", ops, "declare sev:1 service:payments-api --drill --private").asked()
		d.submit("alice", map[string]string{"title": "failover"}).accepted().says("DRL-1")
		if s, err := d.engine.State(t.Context(), "DRL-1"); err != nil || !s.Drill || !s.Private {
			t.Errorf("got drill %t, private %t, %v", s.Drill, s.Private, err)
		}
		if len(d.reached) > 0 {
			t.Errorf("a drill has reached %v", d.reached)
		}
	})
	t.Run("a dry run stays one", func(t *testing.T) {
		d := declared(t)
		d.unchanged("a dry run by form", func() {
			d.say("alice", war, "page team:dba --dry-run").asked()
			d.submit("alice", map[string]string{"why": "lag"}).accepted().says("Nothing was done")
		})
	})
	t.Run("again stays said", func(t *testing.T) {
		d := declared(t)
		d.ok("alice", war, `page team:dba "lag"`)
		d.say("alice", war, "page team:dba again").asked()
		d.submit("alice", map[string]string{"why": "lag"}).accepted()
	})
	t.Run("the incident that was named", func(t *testing.T) {
		d := declared(t)
		d.say("alice", ops, "note #INC-1").asked()
		d.submit("alice", map[string]string{"text": "from afar"}).accepted().says("INC-1#")
	})
}
