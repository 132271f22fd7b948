package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	slackgo "github.com/slack-go/slack"
	"pgregory.net/rapid"

	"holdfast/bot"
	"holdfast/internal/fault"
)

var planned = forms{account: known, person: func(account string) string {
	for _, id := range []string{"alice", "bob", "carol", "erin"} {
		if known(id) == account {
			return id
		}
	}
	return ""
}}

func declare() bot.Form {
	return bot.Form{ID: "d-1", Title: "Declare an incident", Root: "incident", Verb: "declare", Of: "INC-42", Submit: "Declare", Fields: []bot.Field{
		{Name: "title", Label: "Title", Kind: "line", Value: "checkout <b> & *all*", Required: true, Hint: "a few words"},
		{Name: "impact", Label: "Impact", Kind: "text", Value: "one\ntwo"},
		{Name: "sev", Label: "Severity", Kind: "choice", Value: "2", Options: []string{"1", "2", "3"}, Required: true},
		{Name: "to", Label: "Commander", Kind: "person", Value: "@alice"},
	}}
}

// submitted is the modal as Slack sends it back, with nothing changed in it.
func submitted(t failing, m slackgo.ModalViewRequest) slackgo.View {
	t.Helper()
	values := map[string]map[string]slackgo.BlockAction{}
	for _, b := range m.Blocks.BlockSet {
		in, ok := b.(*slackgo.InputBlock)
		if !ok {
			continue
		}
		a := slackgo.BlockAction{}
		switch e := in.Element.(type) {
		case *slackgo.PlainTextInputBlockElement:
			a.Type, a.Value = slackgo.ActionType(e.Type), e.InitialValue
		case *slackgo.SelectBlockElement:
			a.Type, a.SelectedUser = slackgo.ActionType(e.Type), e.InitialUser
			if e.InitialOption != nil {
				a.SelectedOption = *e.InitialOption
			}
		}
		values[in.BlockID] = map[string]slackgo.BlockAction{inputAnswer: a}
	}
	raw, err := json.Marshal(m)
	if err != nil {
		t.Errorf("%v", err)
	}
	var v slackgo.View
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Errorf("%v", err)
	}
	v.State = &slackgo.ViewState{Values: values}
	return v
}

func TestAFormComesBackAsItWasOpened(t *testing.T) {
	for name, f := range map[string]bot.Form{
		"every kind of field": declare(),
		"nothing prefilled":   {ID: "x", Title: "Note", Root: "incident", Verb: "note", Submit: "Send", Fields: []bot.Field{{Name: "text", Label: "Text", Kind: "text", Required: true}, {Name: "sev", Label: "Severity", Kind: "choice", Options: []string{"1"}}, {Name: "to", Label: "To", Kind: "person"}}},
		"300 options":         {ID: "x", Title: "Note", Root: "incident", Verb: "note", Submit: "Send", Fields: []bot.Field{{Name: "of", Label: "Of", Kind: "choice", Options: many(300), Value: "option 299"}}},
		"a long title":        {ID: "x", Title: "Record a decision with its reason and more", Root: "incident", Verb: "decide", Submit: "Send", Fields: []bot.Field{{Name: "text", Label: "Text", Kind: "line"}}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := planned.modal(f, place{Room: "#ops", Channel: "C1"})
			if err != nil {
				t.Fatal(err)
			}
			checkModal(t, m)
			got, at, err := planned.filled(submitted(t, m))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(f, got); diff != "" {
				t.Errorf("(-opened +submitted)\n%s", diff)
			}
			if at != (place{Room: "#ops", Channel: "C1"}) {
				t.Errorf("opened in %+v", at)
			}
		})
	}
}

func TestLabelsComeBackWithoutSlacksEscapes(t *testing.T) {
	f := bot.Form{Root: "incident", Verb: "note", Fields: []bot.Field{{Name: "x", Label: "R&D <b>", Hint: "a & b", Kind: "line", Value: "&amp;"}}}
	m, err := planned.modal(f, place{})
	if err != nil {
		t.Fatal(err)
	}
	v := submitted(t, m)
	in := v.Blocks.BlockSet[0].(*slackgo.InputBlock)
	in.Label.Text, in.Hint.Text = "R&amp;D &lt;b&gt;", "a &amp; b"
	got, _, err := planned.filled(v)
	if diff := cmp.Diff(f, got); diff != "" || err != nil {
		t.Errorf("%v (-opened +submitted)\n%s", err, diff)
	}
}

func TestAValueNoMenuHoldsIsTyped(t *testing.T) {
	for name, field := range map[string]bot.Field{
		"an option too long for a menu":   {Name: "x", Kind: "choice", Options: []string{"a", strings.Repeat("b", 76)}, Value: "a"},
		"more options than groups":        {Name: "x", Kind: "choice", Options: many(1001), Value: "option 7"},
		"a value that is no option":       {Name: "x", Kind: "choice", Options: []string{"a"}, Value: "other"},
		"a choice of nothing":             {Name: "x", Kind: "choice", Value: "a"},
		"a person without an account":     {Name: "x", Kind: "person", Value: "@dan"},
		"words that name no person":       {Name: "x", Kind: "person", Value: "ali"},
		"several lines in a line's field": {Name: "x", Kind: "line", Value: "a\nb"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := planned.modal(bot.Form{Root: "incident", Verb: "note", Fields: []bot.Field{field}}, place{})
			if err != nil {
				t.Fatal(err)
			}
			checkModal(t, m)
			f, _, err := planned.filled(submitted(t, m))
			if err != nil || f.Fields[0].Value != field.Value {
				t.Errorf("came back as %q, %v", f.Fields[0].Value, err)
			}
		})
	}
}

func TestWithoutAccountsPeopleAreTyped(t *testing.T) {
	m, err := forms{}.modal(declare(), place{})
	if err != nil {
		t.Fatal(err)
	}
	f, _, err := forms{}.filled(submitted(t, m))
	if err != nil || f.Fields[3].Value != "@alice" {
		t.Errorf("came back as %q, %v", f.Fields[3].Value, err)
	}
}

func TestAPersonOutsideThePlanIsAnErrorOfTheField(t *testing.T) {
	m, err := planned.modal(declare(), place{})
	if err != nil {
		t.Fatal(err)
	}
	v := submitted(t, m)
	v.State.Values["declare/to"] = map[string]slackgo.BlockAction{inputAnswer: {Type: "users_select", SelectedUser: "U0STRANGER"}}
	f, _, err := planned.filled(v)
	if fault.CodeOf(err) != fault.UnknownID {
		t.Fatalf("got %v", err)
	}
	want := map[string]string{"declare/to": "This person's Slack account is in nobody's entry of the plan."}
	if diff := cmp.Diff(want, fieldErrors(f)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAnErrorIsShownBelowItsField(t *testing.T) {
	f := declare()
	f.Fields[0].Error = "This is needed: Title."
	m, err := planned.modal(f, place{})
	if err != nil {
		t.Fatal(err)
	}
	if got := line(t, m.Blocks.BlockSet[1]); !strings.Contains(got, "This is needed: Title.") {
		t.Errorf("below the field stands %s", got)
	}
	f.ID = "another delivery"
	if got := fieldErrors(f)[m.Blocks.BlockSet[0].ID()]; got != "This is needed: Title." {
		t.Errorf("the modal that is open is told %q", got)
	}
}

func TestAModalThatIsNotOursIsRefusedWithWhatToDo(t *testing.T) {
	for name, spoil := range map[string]func(*slackgo.View){
		"another callback": func(v *slackgo.View) { v.CallbackID = "x" },
		"no state":         func(v *slackgo.View) { v.State = nil },
		"no values":        func(v *slackgo.View) { v.State.Values = nil },
		"a field missing":  func(v *slackgo.View) { delete(v.State.Values, "declare/sev") },
		"a field too many": func(v *slackgo.View) { v.State.Values["x"] = nil },
		"another kind of answer": func(v *slackgo.View) {
			v.State.Values["declare/sev"][inputAnswer] = slackgo.BlockAction{Type: "datepicker"}
		},
		"nothing remembered": func(v *slackgo.View) { v.PrivateMetadata = "" },
		"another version":    func(v *slackgo.View) { v.PrivateMetadata = strings.Replace(v.PrivateMetadata, `"v":1`, `"v":2`, 1) },
		"no verb": func(v *slackgo.View) {
			v.PrivateMetadata = strings.Replace(v.PrivateMetadata, `"verb":"declare"`, `"verb":""`, 1)
		},
		"the same field twice": func(v *slackgo.View) {
			v.PrivateMetadata = strings.Replace(v.PrivateMetadata, `"n":"sev"`, `"n":"title"`, 1)
		},
		"too much is remembered": func(v *slackgo.View) { v.PrivateMetadata = strings.Repeat(" ", 3000) + v.PrivateMetadata },
		"a list is remembered":   func(v *slackgo.View) { v.PrivateMetadata = "[]" },
	} {
		t.Run(name, func(t *testing.T) {
			m, err := planned.modal(declare(), place{})
			if err != nil {
				t.Fatal(err)
			}
			v := submitted(t, m)
			spoil(&v)
			_, _, err = planned.filled(v)
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != fault.Stale || f.Next == "" {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAFormSlackCannotHoldIsRefused(t *testing.T) {
	for name, f := range map[string]bot.Form{
		"no fields":            {Verb: "note"},
		"101 fields":           {Verb: "note", Fields: fieldsNamed(101)},
		"two fields of a name": {Verb: "note", Fields: []bot.Field{{Name: "a"}, {Name: "a"}}},
		"too much to remember": {Verb: "note", Of: strings.Repeat("x", 3000), Fields: fieldsNamed(1)},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := planned.modal(f, place{}); fault.CodeOf(err) != fault.TooBig {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWhateverAFormHoldsSlackTakesIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := bot.Form{ID: "d", Title: text.Draw(t, "title"), Root: "incident", Verb: "note", Submit: text.Draw(t, "submit")}
		for i := range rapid.IntRange(1, 5).Draw(t, "fields") {
			f.Fields = append(f.Fields, bot.Field{Name: fmt.Sprint("f", i), Label: text.Draw(t, "label"), Kind: rapid.SampledFrom([]string{"line", "text", "choice", "person", "x"}).Draw(t, "kind"),
				Value: text.Draw(t, "value"), Options: rapid.SliceOfN(text, 0, 3).Draw(t, "options"), Required: rapid.Bool().Draw(t, "required"), Hint: text.Draw(t, "hint"), Error: text.Draw(t, "error")})
		}
		m, err := planned.modal(f, place{Room: "#ops"})
		if err != nil {
			if fault.CodeOf(err) != fault.TooBig || units(f.Title)+units(f.Submit) < 200 {
				t.Errorf("refused: %v", err)
			}
			return
		}
		checkModal(t, m)
		if _, _, err := planned.filled(submitted(t, m)); err != nil {
			t.Errorf("not read back: %v", err)
		}
	})
}

func checkModal(t failing, m slackgo.ModalViewRequest) {
	t.Helper()
	for _, x := range []*slackgo.TextBlockObject{m.Title, m.Submit, m.Close} {
		if n := units(x.Text); n == 0 || n > viewTitle {
			t.Errorf("%q has %d characters", x.Text, n)
		}
	}
	if n := units(m.PrivateMetadata); n > viewRemembered {
		t.Errorf("remembers %d characters", n)
	}
	checkBlocks(t, m.Blocks.BlockSet, viewBlocks)
	for _, b := range m.Blocks.BlockSet {
		in, ok := b.(*slackgo.InputBlock)
		if !ok {
			continue
		}
		if n := units(in.Label.Text); n == 0 || n > inputLabel {
			t.Errorf("a label of %d characters", n)
		}
		if in.Hint != nil && (in.Hint.Text == "" || units(in.Hint.Text) > inputLabel) {
			t.Errorf("a hint of %d characters", units(in.Hint.Text))
		}
		switch e := in.Element.(type) {
		case *slackgo.PlainTextInputBlockElement:
			if units(e.InitialValue) > inputText {
				t.Errorf("prefilled with %d characters", units(e.InitialValue))
			}
		case *slackgo.SelectBlockElement:
			if len(e.Options) > optionsOfOne || e.Type == slackgo.OptTypeStatic && len(e.Options)+len(e.OptionGroups) == 0 {
				t.Errorf("%d options", len(e.Options))
			}
		}
	}
}

func many(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprint("option ", i)
	}
	return all
}

func fieldsNamed(n int) []bot.Field {
	all := make([]bot.Field, n)
	for i := range all {
		all[i] = bot.Field{Name: fmt.Sprint("f", i)}
	}
	return all
}

func FuzzNoModalIsReadInPart(f *testing.F) {
	f.Add([]byte(`{"type":"modal","callback_id":"form","private_metadata":"{\"v\":1,\"root\":\"incident\",\"verb\":\"note\",\"fields\":[{\"n\":\"text\",\"k\":\"text\"}]}","state":{"values":{"note/text":{"answer":{"type":"plain_text_input","value":null}}}}}`))
	f.Add([]byte(`{"callback_id":"form","state":{"values":null},"private_metadata":"null"}`))
	f.Add([]byte(`{"blocks":[{"type":"input"},{"type":"input","block_id":"x","element":{"type":"static_select","options":[null],"option_groups":[null]}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var v slackgo.View
		if json.Unmarshal(raw, &v) != nil {
			return
		}
		form, _, err := planned.filled(v)
		var refused *fault.Error
		switch {
		case err != nil && !errors.As(err, &refused):
			t.Errorf("%v is nothing to show to a person", err)
		case err == nil && (form.Verb == "" || len(form.Fields) != len(v.State.Values)):
			t.Errorf("read as %+v", form)
		}
	})
}
