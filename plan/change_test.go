package plan

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"holdfast/internal/fault"
)

func TestChangedPlansLeaveTheirOriginalAlone(t *testing.T) {
	base, _ := Load("testdata/base")
	people := slices.Clone(base.PersonIDs())

	changed, err := base.WithPerson(Person{ID: "dan", Guest: true})
	if err != nil {
		t.Fatal(err)
	}
	changed, err = changed.WithPerson(Person{ID: "bea", Groups: []string{"execs"}})
	if err != nil {
		t.Fatal(err)
	}
	changed, err = changed.WithSetting("page.command", "@bea")
	if err != nil {
		t.Fatal(err)
	}

	if got := changed.PersonIDs(); !slices.Equal(got, []string{"alice", "bea", "dan"}) {
		t.Errorf("people of the changed plan are %v", got)
	}
	if dan, _ := changed.Person("dan"); !dan.Guest {
		t.Error("dan was not replaced")
	}
	if changed.Commit != base.Commit+"+changed" {
		t.Errorf("the changed plan calls itself %q, the original %q", changed.Commit, base.Commit)
	}
	dan, _ := base.Person("dan")
	if !slices.Equal(base.PersonIDs(), people) || dan.Guest || base.Policy.PageCommand != "" {
		t.Error("the original changed")
	}
}

func TestChangesThatDoNotFitAreRefused(t *testing.T) {
	base, _ := Load("testdata/base")
	withPerson := func(p Person) error { _, err := base.WithPerson(p); return err }
	withSetting := func(key, value string) error { _, err := base.WithSetting(key, value); return err }
	find := func(_ any, err error) error { return err }
	for _, test := range []struct {
		what string
		err  error
		code fault.Code
		says string
	}{
		{"a group that is none", withPerson(Person{ID: "x", Groups: []string{"exec"}}), fault.UnknownID, "execs"},
		{"an id that is none", withPerson(Person{ID: "X Y"}), fault.Range, "a-z"},
		{"paging a team that is none", withSetting("page.command", "team:dbaa"), fault.UnknownID, "dba"},
		{"telling a person who is none", withSetting("page.fallback", "alice,dann"), fault.UnknownID, "dan"},
		{"a misspelt service", find(base.FindService("sam")), fault.UnknownID, "Did you mean san?"},
		{"a service like no other", find(base.FindService("checkout")), fault.UnknownID, "db, san"},
		{"a misspelt person", find(base.FindPerson("@alcie")), fault.UnknownID, "alice"},
		{"a misspelt team", find(base.FindTeam("dab")), fault.UnknownID, "dba"},
		{"a service of the empty plan", find(Empty().FindService("db")), fault.UnknownID, "no services"},
		{"a known person", find(base.FindPerson("@alice")), "", ""},
	} {
		if fault.CodeOf(test.err) != test.code || test.err != nil && !strings.Contains(test.err.Error(), test.says) {
			t.Errorf("%s: %v, want %s with %q", test.what, test.err, test.code, test.says)
		}
	}
}

func TestFindingsAreWrittenForPeopleAndForPrograms(t *testing.T) {
	findings := []Finding{
		{"E_CYCLE", Error, "services/idp.yaml", 7, 5, "idp -> db -> idp.", "Cut it <here>."},
		{"E_PLAN_FORMAT", Note, "teams.yaml", 0, 0, "The file has Windows line ends.", ""},
	}
	var text, color, object, empty bytes.Buffer
	for _, err := range []error{
		WriteFindings(&text, findings, false), WriteFindings(&color, findings, true), WriteFindingsJSON(&object, findings), WriteFindingsJSON(&empty, nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	const want = "services/idp.yaml:7:5: error E_CYCLE: idp -> db -> idp. Cut it <here>.\n" +
		"teams.yaml: note E_PLAN_FORMAT: The file has Windows line ends.\n1 error, 0 warnings, 1 note\n"
	if text.String() != want {
		t.Errorf("text is\n%s", text.String())
	}
	if !strings.Contains(color.String(), "\x1b[1;31merror\x1b[0m") || strings.Contains(text.String(), "\x1b") {
		t.Error("colour is there only when asked for")
	}
	var back []Finding
	if err := json.Unmarshal(object.Bytes(), &back); err != nil || !slices.Equal(back, findings) {
		t.Errorf("JSON reads back as %v (%v)", back, err)
	}
	if !strings.Contains(object.String(), `"fix": "Cut it <here>."`) || strings.TrimSpace(empty.String()) != "[]" {
		t.Errorf("JSON is %s and, empty, %s", object.String(), empty.String())
	}
	for want, set := range map[int][]Finding{0: nil, 1: findings} {
		if got := ExitCode(set); got != want {
			t.Errorf("exit code %d, want %d", got, want)
		}
	}
	if ExitCode(findings[1:]) != 0 {
		t.Error("a note alone must not fail a check")
	}
}
