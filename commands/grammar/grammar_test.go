package grammar

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"holdfast/internal/fault"
)

// spec has one of everything.
var spec = Spec{
	Keys:    []string{"sev", "impact", "at", "commander", "reversible", "lead", "link", "next"},
	Lists:   []string{"service"},
	Words:   []string{"alternatives"},
	Flags:   []string{"drill", "private"},
	Aliases: map[string]string{"severity": "sev", "services": "service"},
}

func words(texts ...string) []Word {
	var w []Word
	for _, t := range texts {
		w = append(w, Word{Text: t})
	}
	return w
}

func quoted(text string) Word { return Word{Text: text, Quoted: true} }

func TestALineIsReadTheWayItIsMeant(t *testing.T) {
	type keys = map[string]string
	type flags = map[string]bool
	tests := map[string]struct {
		line string
		want Args
	}{
		"nothing": {"  ", Args{}},
		"a whole declaration": {`"checkout failing" sev:1 service:a,b impact:"EU only" at:-15m --commander @bob --private --drill`, Args{
			Positional: []Word{quoted("checkout failing")},
			Keys:       keys{"sev": "1", "service": "a,b", "impact": "EU only", "at": "-15m", "commander": "@bob"},
			Flags:      flags{"private": true, "drill": true},
		}},
		"colon, equals and option are one": {`sev:1 impact=big --at 14:05 --commander=@bob --next:30m`, Args{
			Keys: keys{"sev": "1", "impact": "big", "at": "14:05", "commander": "@bob", "next": "30m"},
		}},
		"quoted values of all three":    {`impact:"a b" lead="c d" --link "e f" --next="g h"`, Args{Keys: keys{"impact": "a b", "lead": "c d", "link": "e f", "next": "g h"}}},
		"keys in capitals, and aliases": {`Severity:2 SERVICES:dns`, Args{Keys: keys{"sev": "2", "service": "dns"}}},
		"a list may come in parts":      {`service:a, b service:c`, Args{Keys: keys{"service": "a,b,c"}}},
		"a value keeps what follows":    {`link:https://x/?a=b at:2026-11-02T10:00:00Z`, Args{Keys: keys{"link": "https://x/?a=b", "at": "2026-11-02T10:00:00Z"}}},
		"a negative time after a key":   {`--at -10m`, Args{Keys: keys{"at": "-10m"}}},
		"flags said as keys":            {`drill:yes private=no`, Args{Flags: flags{"drill": true}}},
		"one dash before a known name":  {`-drill -sev:1`, Args{Keys: keys{"sev": "1"}, Flags: flags{"drill": true}}},

		"people":                        {`page @bob, and @carol`, Args{Positional: words("page", "and"), People: []string{"bob", "carol"}}},
		"an incident":                   {`merge #inc-41`, Args{Positional: words("merge"), Incident: "INC-41"}},
		"an incident of a replica":      {`#INC-R2-1`, Args{Incident: "INC-r2-1"}},
		"a drill, twice the same":       {`#DRL-7 x #drl-7`, Args{Positional: words("x"), Incident: "DRL-7"}},
		"a room":                        {`#ops #inc-1`, Args{Room: "ops", Incident: "INC-1"}},
		"an incident's room is a room":  {`#inc-1-checkout-failing`, Args{Room: "inc-1-checkout-failing"}},
		"an entry is a word":            {`correct #41 INC-42#17`, Args{Positional: words("correct", "#41", "INC-42#17")}},
		"a lonely sigil is a word":      {`@ # a@b`, Args{Positional: words("@", "#", "a@b")}},
		"quoted sigils are text":        {`"@bob" "#INC-1" "sev:1" "--drill" "again"`, Args{Positional: []Word{quoted("@bob"), quoted("#INC-1"), quoted("sev:1"), quoted("--drill"), quoted("again")}}},
		"because takes the next word":   {`2 because replicas died`, Args{Positional: words("2", "died"), Because: "replicas"}},
		"because takes a quoted text":   {`2 BECAUSE "replicas died"`, Args{Positional: words("2"), Because: "replicas died"}},
		"because as a key":              {`because:"x y"`, Args{Because: "x y"}},
		"because as an option":          {`--because x`, Args{Because: "x"}},
		"a word key":                    {`"fail over" because "lag" alternatives "wait 20m" --reversible no`, Args{Positional: []Word{quoted("fail over")}, Because: "lag", Keys: keys{"alternatives": "wait 20m", "reversible": "no"}}},
		"a trailing again":              {`add "x" again`, Args{Positional: []Word{{Text: "add"}, quoted("x")}, Again: true}},
		"again elsewhere is a word":     {`again and`, Args{Positional: words("again", "and")}},
		"times are words":               {`t0 13:50 -10m +30m 2026-11-02T10:00:00Z 10:00Z`, Args{Positional: words("t0", "13:50", "-10m", "+30m", "2026-11-02T10:00:00Z", "10:00Z")}},
		"addresses are words":           {`https://x/y?a=b ssh://git@h www.x.com/?a=b 10.0.0.1:80 db01:5432 fe::1`, Args{Positional: words("https://x/y?a=b", "ssh://git@h", "www.x.com/?a=b", "10.0.0.1:80", "db01:5432", "fe::1")}},
		"prose is words":                {`Note: it was 3 == 3 :fire: C:\temp -x`, Args{Positional: words("Note:", "it", "was", "3", "==", "3", ":fire:", `C:\temp`, "-x")}},
		"curly quotes":                  {`“it’s down” impact:“EU only”`, Args{Positional: []Word{quoted("it’s down")}, Keys: keys{"impact": "EU only"}}},
		"German and mixed quotes":       {`„a b“ "c d” “e f"`, Args{Positional: []Word{quoted("a b"), quoted("c d” “e f")}}},
		"a mark of the other style":     {`"say “no” now" “say "no" now”`, Args{Positional: []Word{quoted("say “no” now"), quoted(`say "no" now`)}}},
		"closed in the other style":     {`"a b”`, Args{Positional: []Word{quoted("a b")}}},
		"escapes":                       {`"a \"b\" \\ c\nd \w" 19\" \x`, Args{Positional: []Word{quoted("a \"b\" \\ c\nd \\w"), {Text: `19"`}, {Text: `\x`}}}},
		"long dashes":                   {`—drill –private –10m db–01 – so—so`, Args{Positional: words("-10m", "db-01", "–", "so—so"), Flags: flags{"drill": true, "private": true}}},
		"long dashes in quotes stay":    {`"a – b—c"`, Args{Positional: []Word{quoted("a – b—c")}}},
		"lines are blanks outside text": {"a\n\"b\nc\"\u00a0d", Args{Positional: []Word{{Text: "a"}, quoted("b\nc"), {Text: "d"}}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(test.line, spec)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Word{}, "Column")); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.line, diff)
			}
		})
	}
}

func TestTheFirstIncidentMayBeAWord(t *testing.T) {
	merging := Spec{Incident: true, Flags: []string{"dry-run"}}
	for line, want := range map[string]Args{
		`#inc-41`:                          {Positional: words("INC-41")},
		`INC-41`:                           {Positional: words("INC-41")},
		`#INC-41 #INC-42`:                  {Positional: words("INC-41"), Incident: "INC-42"},
		`"INC-41" #INC-42`:                 {Positional: []Word{quoted("INC-41")}, Incident: "INC-42"},
		`--dry-run because x #INC-41`:      {Positional: words("INC-41"), Because: "x", Flags: map[string]bool{"dry-run": true}},
		`#inc-41-switch-down #INC-42`:      {Positional: words("#inc-41-switch-down"), Incident: "INC-42"},
		`#INC-41 #inc-42-checkout-failing`: {Positional: words("INC-41"), Room: "inc-42-checkout-failing"},
		`#INC-41 #INC-41`:                  {Positional: words("INC-41"), Incident: "INC-41"},
	} {
		got, err := Parse(line, merging)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Word{}, "Column")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", line, diff)
		}
	}
	if _, err := Parse(`#INC-41 #INC-42 #INC-43`, merging); fault.CodeOf(err) != fault.Usage {
		t.Errorf("three incidents: %v", err)
	}
}

func TestALineThatCannotBeReadIsRefused(t *testing.T) {
	tests := map[string]struct {
		line, text string
		code       fault.Code
		next       string
	}{
		"open quotation":           {`declare "x`, "The quotation mark in column 9 is not closed.", fault.Quotes, `Close the quotation, or write \" for a literal mark.`},
		"columns count characters": {`dé “x`, "The quotation mark in column 4 is not closed.", fault.Quotes, `Close the quotation, or write \" for a literal mark.`},
		"an escaped end is no end": {`"x\"`, "The quotation mark in column 1 is not closed.", fault.Quotes, `Close the quotation, or write \" for a literal mark.`},
		"a mark inside a word":     {`the 19" rack`, "The quotation mark in column 7 stands inside a word.", fault.Quotes, `Close the quotation, or write \" for a literal mark.`},
		"text behind a quotation":  {`"a"b`, "Text follows the closing quotation mark in column 3 directly.", fault.Quotes, `Put a blank behind the quotation, or write \" for a mark inside it.`},
		"unknown key":              {`sevv:1`, `"sevv" is not known here.`, fault.Usage, "Did you mean sev?"},
		"unknown key with a text":  {`impct:"x"`, `"impct" is not known here.`, fault.Usage, "Did you mean impact?"},
		"unknown option":           {`--dril`, `"--dril" is not known here.`, fault.Usage, "Did you mean drill?"},
		"nothing near":             {`localhost:8080`, `"localhost" is not known here.`, fault.Usage, "Text that holds a colon or an equals sign goes in quotation marks."},
		"a number is no key":       {`14:"x"`, `"14" is not known here.`, fault.Usage, "Text that holds a colon or an equals sign goes in quotation marks."},
		"empty value":              {`sev:`, "The value of sev is empty.", fault.Missing, "Give it a value, or leave it out."},
		"empty quoted value":       {`impact:""`, "The value of impact is empty.", fault.Missing, "Give it a value, or leave it out."},
		"blank value":              {`--impact " "`, "The value of impact is empty.", fault.Missing, "Give it a value, or leave it out."},
		"a list of nothing":        {`service:,`, "The value of service is empty.", fault.Missing, "Give it a value, or leave it out."},
		"empty flag":               {`drill:`, "The value of drill is empty.", fault.Missing, "Give it a value, or leave it out."},
		"no reason":                {`2 because`, "There is no value behind because.", fault.Missing, "Give it a value, or leave it out."},
		"empty reason":             {`2 because ""`, "The value of because is empty.", fault.Missing, "Give it a value, or leave it out."},
		"an option is no reason":   {`2 because --drill`, "There is no value behind because.", fault.Missing, "Give it a value, or leave it out."},
		"a key is no value":        {`--impact sev:1`, "There is no value behind impact.", fault.Missing, "Give it a value, or leave it out."},
		"again is no reason":       {`2 because again`, "There is no value behind because.", fault.Missing, "Give it a value, or leave it out."},
		"a key given twice":        {`sev:1 --sev 2`, "sev is given twice.", fault.Usage, "Give it once."},
		"two incidents":            {`#INC-1 #INC-2`, "Both INC-1 and INC-2 are named.", fault.Usage, "Name one incident."},
		"a flag is yes or no":      {`drill:maybe`, `drill is yes or no, not "maybe".`, fault.Usage, "Write --drill alone, or with yes or no."},
		"a word key is no value":   {`alternatives because "x"`, "There is no value behind alternatives.", fault.Missing, "Give it a value, or leave it out."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(test.line, spec)
			want := fault.New(test.code, test.text, test.next)
			if diff := cmp.Diff(want, fault.From(err)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.line, diff)
			}
		})
	}
}

func TestWordsKnowTheirColumn(t *testing.T) {
	args, err := Parse(`é  "x y" because z  last`, spec)
	if err != nil {
		t.Fatal(err)
	}
	want := []Word{{"é", false, 1}, {"x y", true, 4}, {"last", false, 21}}
	if diff := cmp.Diff(want, args.Positional); diff != "" {
		t.Error(diff)
	}
}

func TestArgsAnswerForWhatIsNotThere(t *testing.T) {
	args, err := Parse(`disk of db full service:a,,b,`, spec)
	if err != nil {
		t.Fatal(err)
	}
	if got := args.Rest(1); got != "of db full" {
		t.Errorf("Rest(1) = %q", got)
	}
	if args.Text(0) != "disk" || args.Text(4) != "" || args.Text(-1) != "" || args.Rest(9) != "" {
		t.Errorf("Text: %q %q %q, Rest: %q", args.Text(0), args.Text(4), args.Text(-1), args.Rest(9))
	}
	if diff := cmp.Diff([]string{"a", "b"}, args.List("service")); diff != "" || args.List("sev") != nil {
		t.Errorf("%s %q", diff, args.List("sev"))
	}
	if _, given := args.Value("sev"); given {
		t.Error("sev was not given")
	}
}

func FuzzParse(f *testing.F) {
	for _, line := range []string{
		`"checkout failing" sev:1 service:a,b --commander @u because "x" again`, `“a” –drill 14:05`, `impact:"`, `\"`, "\xff\"\\", "#INC-1 #room", "--", "a:b=c", "",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if _, err := Parse(line, spec); err != nil && fault.CodeOf(err) == "" {
			t.Fatalf("a refusal without a code: %v", err)
		}
		args, err := Parse(Quote(line), spec)
		if err != nil {
			t.Fatalf("%q: %v", Quote(line), err)
		}
		if len(args.Positional) != 1 || args.Positional[0].Text != line || !args.Positional[0].Quoted {
			t.Fatalf("%q came back as %+v", line, args)
		}
	})
}
