package commands_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"holdfast/commands"
	"holdfast/commands/grammar"
	"holdfast/internal/fault"
)

// scene is a state in which an example of the docs makes sense. What is left
// out is alice in the room of INC-1.
type scene struct {
	who    string
	before []string   // "who: words", said in the room of INC-1
	code   fault.Code // the refusal that is right even so
	newer  bool       // another plan has come into force since
}

func scenes() map[string]scene {
	resolved := []string{`alice: resolve "failed over to B"`}
	verified := append(slices.Clone(resolved), "olga: verify")
	offered := []string{"alice: role commander @bob"}
	notes := slices.Repeat([]string{`alice: note "replica lag is 9 s"`}, 41)
	return map[string]scene{
		`status #INC-42`: {code: fault.UnknownID},
		`merge #INC-41`:  {code: fault.UnknownID},
		`plan adopt because "the new cadence suits us"`:                {newer: true},
		`merge #INC-41 #INC-42 because "the same switch"`:              {code: fault.UnknownID},
		`role accept commander`:                                        {who: "bob", before: offered},
		`role decline commander`:                                       {who: "bob", before: offered},
		`handover accept commander`:                                    {who: "bob", before: offered},
		`handover decline commander`:                                   {who: "bob", before: offered},
		`approve A1`:                                                   {who: "lena", before: []string{`alice: update "Card payments fail." audience:customer`}},
		`deny A1 because "we do not know yet that it is the database"`: {who: "lena", before: []string{`alice: update "Card payments fail." audience:customer`}},
		`role drop commander`:                                          {before: []string{"alice: role claim commander"}},
		`update vendor acme-cloud "Volume vol-7 does not mount. We need the snapshot of 09:40Z."`: {before: []string{`alice: edit services payments-api,ledger`}},
		`update send U1`: {before: []string{`alice: update draft "all well"`}},
		`correct 41 "lag was 12 s" because "misread the chart"`: {before: notes},
		`task done T1`: {before: []string{`alice: task add "check replica lag"`}},
		`task block T1 because "waiting for the vendor"`: {before: []string{`alice: task add "check replica lag"`}},
		`followup done F1`:                          {before: []string{`alice: followup add "alert on lag"`}},
		`followup own F1 @dan`:                      {before: []string{`alice: followup add "alert on lag"`}},
		`public because "customers have been told"`: {before: []string{`alice: private because "customer data"`}},
		`follow by:mail`:                            {who: "erin"},
		`unfollow`:                                  {before: []string{"alice: follow"}},
		`verify`:                                    {who: "olga", before: resolved},
		`reopen because "errors are back"`:          {before: resolved},
		`close`:                                     {before: verified},

		`rate reporting tier:2 rto:4h because "orders stop without it"`:                                {who: "oscar"},
		`decide D-1 tier:2 rto:8h because "manual orders work for a day" accept-risk-until:2027-06-01`: {who: "ivan", before: []string{`oscar: /continuity rate reporting tier:2 rto:4h because "orders stop"`}},
		`review payments-api confirm`: {who: "olga"},
		`review payments-api change tier:1 rto:1h because "two outages in a month"`: {who: "olga"},
	}
}

func TestEveryExampleOfEveryVerbWorksWhereItMakesSense(t *testing.T) {
	fitting := scenes()
	for _, cmd := range commands.Table() {
		for _, example := range cmd.Examples {
			t.Run(cmd.Root+" "+example, func(t *testing.T) {
				s := fitting[example]
				delete(fitting, example)
				d := quiet(t)
				d.clock.Set(start.Add(4 * hour)) // the examples speak of the early afternoon
				d.ok("alice", ops, `declare "checkout failing" sev:2 service:payments-api at:-30m`)
				for _, line := range s.before {
					who, words, _ := strings.Cut(line, ": ")
					if strings.HasPrefix(words, "/") {
						d.line(who, war, words).accepted()
						continue
					}
					d.ok(who, war, words)
				}
				d.later(2 * minute)
				if s.newer {
					d.plan = d.plans["main"]
				}
				who, place := "alice", war
				if s.who != "" {
					who = s.who
				}
				a := d.line(who, place, "/"+cmd.Root+" "+example)
				if s.code != "" {
					a.refused(s.code)
					return
				}
				a.accepted()
			})
		}
	}
	for example := range fitting {
		t.Errorf("a scene is set for %q, which is no example of any verb", example)
	}
}

func TestEveryVerbSaysAllThatHelpAndTheDocsShow(t *testing.T) {
	verbs := map[string]bool{}
	for _, cmd := range commands.Table() {
		if verbs[cmd.Root+" "+cmd.Verb] {
			t.Errorf("%s %s is in the table twice", cmd.Root, cmd.Verb)
		}
		verbs[cmd.Root+" "+cmd.Verb] = true
		if cmd.Usage == "" || cmd.Says == "" || cmd.Who == "" || len(cmd.Examples) == 0 || cmd.Run == nil {
			t.Errorf("%s lacks usage, what it says, who may, an example or what runs: %+v", cmd.Verb, cmd)
		}
		if !strings.HasPrefix(cmd.Usage, cmd.Verb) {
			t.Errorf("the usage of %s begins otherwise: %s", cmd.Verb, cmd.Usage)
		}
		if strings.HasSuffix(cmd.Says, ".") {
			t.Errorf("what %s says ends in a full stop, which help adds where it wants one", cmd.Verb)
		}
		seen := map[string]bool{}
		for _, p := range cmd.Params {
			if p.Name == "" || p.In == "" {
				t.Errorf("%s has a parameter without a name or a place: %+v", cmd.Verb, p)
			}
			if seen[p.Name] {
				t.Errorf("%s has two parameters %s", cmd.Verb, p.Name)
			}
			seen[p.Name] = true
		}
	}
}

func TestNoVerbAndNoSynonymMeansTwoThings(t *testing.T) {
	of := map[string]string{}
	for _, cmd := range commands.Table() {
		group, _, _ := strings.Cut(cmd.Verb, " ")
		for _, name := range append([]string{group}, cmd.Synonyms...) {
			name, group := cmd.Root+" "+name, cmd.Root+" "+group
			if other, taken := of[name]; taken && other != group {
				t.Errorf("%q is both %s and %s", name, other, group)
			}
			of[name] = group
		}
	}
}

// written finds the keys and flags that a usage line shows.
var written = regexp.MustCompile(`(?:--([a-z-]+)|([a-z-]+):)`)

func TestUsageAndExamplesNameOnlyWhatTheVerbTakes(t *testing.T) {
	for _, cmd := range commands.Table() {
		takes := map[string]bool{"lead": true} // of a role's name
		for _, p := range cmd.Params {
			takes[p.Name] = true
		}
		for _, m := range written.FindAllStringSubmatch(cmd.Usage, -1) {
			if name := m[1] + m[2]; !takes[name] {
				t.Errorf("the usage of %s shows %s, which it does not take", cmd.Verb, name)
			}
		}
		for _, e := range cmd.Examples {
			if !strings.HasPrefix(e, cmd.Verb) {
				t.Errorf("an example of %s begins otherwise: %s", cmd.Verb, e)
			}
			if _, err := grammar.Tokens(e); err != nil {
				t.Errorf("%s: %v", e, err)
			}
		}
	}
}

func TestTheReferenceNamesEveryVerbWithItsExamples(t *testing.T) {
	page := commands.Reference()
	for _, cmd := range commands.Table() {
		title := "## " + cmd.Verb + "\n"
		if cmd.Root == commands.ContinuityRoot {
			title = "## continuity " + cmd.Verb + "\n"
		}
		for _, want := range append([]string{title, "/" + cmd.Root + " " + cmd.Usage, cmd.Says, cmd.Who}, cmd.Examples...) {
			if !strings.Contains(page, want) {
				t.Errorf("the reference lacks %q of %s", want, cmd.Verb)
			}
		}
		if cmd.Once && !strings.Contains(page, cmd.Says+" (*once*)") {
			t.Errorf("the reference does not say that %s is refused as a repeat", cmd.Verb)
		}
	}
}

func TestThePagesLinksLeadToItsHeadings(t *testing.T) {
	page := commands.Reference()
	for _, m := range regexp.MustCompile(`\]\(#([^)]+)\)`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, "\n## "+strings.ReplaceAll(m[1], "-", " ")+"\n") {
			t.Errorf("a link leads to #%s, which is no heading", m[1])
		}
	}
}

func TestTheVerbsThatMustNotHappenTwiceRefuseARepeat(t *testing.T) {
	want := []string{"declare", "update send", "page", "task add", "followup add", "ticket open"}
	var once []string
	for _, cmd := range commands.Table() {
		if cmd.Once {
			once = append(once, cmd.Verb)
		}
	}
	if !slices.Equal(once, want) {
		t.Errorf("once are %q, want %q", once, want)
	}
}
