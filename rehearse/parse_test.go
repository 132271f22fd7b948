package rehearse

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const opening = "rehearse 1\nat 2026-11-02T10:00:00Z\n"

// Every directive of the language, as it is printed again.
func TestAScenarioIsPrintedAsItIsRead(t *testing.T) {
	text := `rehearse 1
plan ../../northbridge
person alice groups:commanders,comms
person mallory guest
person bob groups:legal guest
set cadence.exec.sev1 30m
set title a  b
chat console
zone Europe/Berlin
at 2026-11-02T10:00:00Z
@alice #ops: /incident declare "checkout failing" sev:1
@alice: @holdfast status
@alice dm: plain chat: with a colon
@alice clicks "Claim command"
@alice clicks "Claim \"it\"" in #inc-1-checkout-failing
@alice clicks "Accept" in reply
@bob clicks "Accept" in dm
@alice submits
@alice submits title="a b" severity=2 impact=""
@alice cancels
redeliver
together
@alice: /incident role claim commander
@bob clicks "Claim"
end
fail pager refuse
fail pager 503 for 4m
fail store lost-reply 3 times
heal store
slow tracker 1m30s
restart
restart before-settle
+1h30m
+2d
use plan ../other
use plan ../other as e4f5a6b
use plan "../other as e4f5a6b"
export INC-1 md > out/record.md
export register jsonl > register.jsonl
at 2026-11-09T12:00:00.5+01:00
expect reply
expect reply @bob ~ INC-1\b.*(a|b)
expect ever not post #ops ~ x
expect exactly 2 dm @bob = hello there
expect not edit = "two\nlines"
expect not page team:app
expect page service:payments-api ~ x
expect ticket new ~ x
expect ticket OPS-12
expect topic #ops
expect invite @bob
expect room #inc-1-x
expect form @bob ~ Title
expect journal INC-1 ~ decision
expect ok
expect error E_UNKNOWN_ID
expect journal INC-1 has decision.made text="fail over" services[]=a
expect journal service/payments-api lacks report.made
expect journal DRL-2 count note.added = 3
expect state INC-1 roles.acting = alice
expect state INC-1 title = checkout failing
expect state INC-1 tasks[0].owner ~ ^b
expect state INC-1 services[] = "a b "
expect state INC-1 roles.commander absent
expect verify register ok
expect pending 0
expect file record.md ~ # INC-1
expect file "my record.md" ~ a  b
`
	got, err := Parse("a.txt", text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, got.String()); diff != "" {
		t.Error(diff)
	}
}

func TestLinesAreJoinedCommentsLeftOutAndPositionsKept(t *testing.T) {
	text := "\ufeff# a comment that ends in \\\r\n" +
		"rehearse 1\r\n\n  #\n#\tx\n" +
		"at 2026-11-02T10:00:00Z\n" +
		"  @alice #ops: /incident declare\\\n    \"a title\" \\\n# no comment here\n" +
		"+5m"
	got, err := Parse("a.txt", text)
	if err != nil {
		t.Fatal(err)
	}
	want := []Directive{
		{Pos{"a.txt", 6}, "at 2026-11-02T10:00:00Z", got.Directives[0].Body},
		{Pos{"a.txt", 7}, `@alice #ops: /incident declare "a title" # no comment here`,
			Say{"alice", "#ops", `/incident declare "a title" # no comment here`}},
		{Pos{"a.txt", 10}, "+5m", Wait{300e9}},
	}
	if diff := cmp.Diff(want, got.Directives); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeReadIsNamedByFileAndLine(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "a.txt:1: the file says nothing"},
		{"plan x\nrehearse 1", "a.txt:1: the first directive must be the language's version"},
		{"rehearse 2", "a.txt:1: version 2 of the language is not in this version"},
		{"rehearse 1\nrehearse 1", "a.txt:2: the version stands once"},
		{"rehearse 1\n@a: x", "a.txt:2: nothing can happen before the clock is set; nearest: at RFC3339"},
		{"rehearse 1\nexpect ok", "a.txt:2: nothing can happen before"},
		{opening + "plan x", "a.txt:3: this belongs to the stage"},
		{opening + "expct ok", "a.txt:3: there is no directive `expct`; nearest: expect "},
		{opening + "rstart", "nearest: restart [after-append"},
		{opening + "xyzzy", "nearest: one of @ID, +DUR, expect, "},
		{opening + "#ops hello", "a.txt:3: there is no directive `#ops`"},
		{opening + "@Alice: x", "a person is @ and a-z"},
		{opening + "@alice", "what @alice does is missing"},
		{opening + "@alice #ops", "a colon and what @alice says are missing"},
		{opening + "@alice #ops:", "what @alice says is missing"},
		{opening + "@alice reply: x", "`reply` is no place: write a room such as #ops, or dm"},
		{opening + "@alice #Ops: x", "`#Ops` is no place"},
		{opening + "@alice klicks \"x\"", "nobody can `klicks`; Did you mean clicks?"},
		{opening + "@alice clicks x", "the label: a text in \"...\" is missing; nearest: @ID clicks"},
		{opening + "@alice clicks \"x", "the quotation is not closed"},
		{opening + "@alice clicks \"x\" in here", "`here` is no place: write a room such as #ops, dm or reply"},
		{opening + "@alice clicks \"a\\tb\"", `only \" \\ and \n may stand in a text`},
		{opening + "@alice submits title", "NAME=VALUE is missing before `title`"},
		{opening + "@alice submits title= x=1", "the value of title is missing"},
		{opening + "at noon", "`noon` is no time"},
		{opening + "at +5m", "`+5m` is no time"},
		{opening + "+5m\nat 2026-11-02T10:04:59Z", "a.txt:4: the clock never goes back: it stands at 2026-11-02T10:05:00Z"},
		{opening + "+5", "the duration must be like 90s"},
		{opening + "+5m later", "nothing may follow here, but there is `later`"},
		{opening + "+ 5m", "the duration must follow the +"},
		{opening + "fail pagr 503", "`pagr` is no counterparty; Did you mean pager?"},
		{opening + "fail pager 502", "`502` is no mode"},
		{opening + "fail pager 503 for 3", "`times` is missing"},
		{opening + "fail pager 503 0 times", "failing 0 times"},
		{opening + "restart afterappend", "`afterappend` is no point; Did you mean after-append or after-send?"},
		{opening + "restart after-send", "a.txt:3: no act follows that could end there"},
		{opening + "export INC-1 md out.md", "`>` is missing before `out.md`"},
		{opening + "export INC-1 md > ../out.md", "must be a relative path"},
		{opening + "export INC-0 md > x", "`INC-0` is no journal"},
		{opening + "together\n+5m\nend", "a.txt:4: only acts of a person"},
		{opening + "together\n@a: x", "a.txt:3: the together block is not closed"},
		{opening + "together\nend", "a.txt:3: the together block is empty"},
		{opening + "end", "no together block is open"},
		{opening + "expect replay ~ x", "`replay` is no kind of event; Did you mean reply?"},
		{opening + "expect not ok", "`ok` is no kind of event"},
		{opening + "expect ever journal INC-1 has x.y", "nothing may follow here, but there is `has x.y`"},
		{opening + "expect reply #ops", "`#ops` follows reply: write a person"},
		{opening + "expect page app", "`app` follows page: write team:ID"},
		{opening + "expect post ~ (", "error parsing regexp"},
		{opening + "expect post ~", "the regular expression is missing"},
		{opening + "expect exactly many reply", "how many must be a whole number"},
		{opening + "expect error ROLE", "`ROLE` is no code such as E_ROLE"},
		{opening + "expect state INC-1 title", "=, ~ or absent is missing; nearest: expect state"},
		{opening + "expect state INC-1 a..b absent", "`a..b` is no path"},
		{opening + "expect verify INC-1", "`ok` is missing"},
		{opening + "expect journal INC-1 count note.added 3", "`=` is missing before `3`"},
		{opening + "expect journal INC-1 has note", "`note` is no kind of fact"},
		{"rehearse 1\nperson a groups:,b", "a group has no name"},
		{"rehearse 1\nperson a admin", "only groups:a,b and guest may follow"},
		{"rehearse 1\nzone Mars/Base", "`Mars/Base` is no time zone"},
		{opening + "redeliver\\", "a.txt:3: the line ends in \\ and nothing follows"},
		{opening + "@a: \xff", "a.txt:3: this is not UTF-8"},
	}
	for _, test := range tests {
		_, err := Parse("a.txt", test.text)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q\n got %v\nwant %s", test.text, err, test.want)
		}
	}
}

func TestWhatHasNoRoomYetIsReadAndRefused(t *testing.T) {
	for _, text := range []string{
		"alert alertmanager storm.json", "webhook opsgenie forged x.json",
		"fail source:grafana 500", "heal source:grafana", "slow source:grafana 5s",
	} {
		_, err := Parse("a.txt", opening+text)
		if err == nil || !strings.Contains(err.Error(), "a.txt:3: `") || !strings.HasSuffix(err.Error(), "is not in this version") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := Parse("a.txt", "rehearse 1\nchat teams"); err == nil || !strings.Contains(err.Error(), "`chat teams` is not in this version") {
		t.Error(err)
	}
	if _, err := Parse("a.txt", opening+"alert alertmanager"); err == nil || !strings.Contains(err.Error(), "the file is missing") {
		t.Errorf("a directive that is wrong in itself says so first: %v", err)
	}
}

func TestAllErrorsOfAFileAreReportedAtOnce(t *testing.T) {
	_, err := Parse("a.txt", opening+"foo\n@a: fine\nexpect bar\n")
	var errs Errors
	ok := errors.As(err, &errs)
	if !ok || len(errs) != 2 || errs[0].Line != 3 || errs[1].Line != 5 {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("rehearse 1\nplan x\nat 2026-11-02T10:00:00Z\n@a #b: /incident \\\n  x\nexpect reply @a ~ (x|y)\n")
	f.Add(opening + "together\n@a: x\\\\\n\n@b clicks \"a\\\"\\\\\\n\" in reply\nend\nexpect state INC-1 a[].b[3] = \" x\"\n")
	f.Add(opening + "fail store hang 3 times\nrestart after-send\n+1d2h\nexport INC-1 md > \"a b\"\nexpect file \"a b\" ~ x\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse("a.txt", text)
		if err != nil {
			if errs := (Errors)(nil); !errors.As(err, &errs) {
				t.Fatalf("not Errors: %v", err)
			}
			return
		}
		once := s.String()
		again, err := Parse("a.txt", once)
		if err != nil {
			t.Fatalf("%q is printed as %q: %v", text, once, err)
		}
		if twice := again.String(); twice != once {
			t.Fatalf("printed %q, then %q", once, twice)
		}
	})
}
