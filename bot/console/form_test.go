package console_test

import (
	"strings"
	"testing"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/fault"
)

func declareForm() *bot.Form {
	return &bot.Form{ID: "f1", Title: "Declare an incident", Root: "incident", Verb: "declare", Submit: "Declare", Fields: []bot.Field{
		{Name: "title", Label: "What is wrong", Kind: "line", Required: true},
		{Name: "sev", Label: "Severity", Kind: "choice", Value: "2", Options: []string{"1", "2", "3"}},
		{Name: "impact", Kind: "text", Error: "too long"},
	}}
}

func TestAFormShowsItsFieldsAndWhatStandsInThem(t *testing.T) {
	chat, h, seen := open(console.Options{})
	h.answers["declare"] = bot.Reply{Form: declareForm()}
	chat.Say(t.Context(), "alice", "#ops", "/inc declare")
	e := (*seen)[0]
	want := strings.Join([]string{
		"Declare an incident",
		"What is wrong (title, required):",
		"Severity (sev, one of 1 2 3): 2",
		"impact (impact):",
		"  ! too long",
		"[Declare] [Cancel]",
	}, "\n")
	if e.Kind != console.Form || e.To != "@alice" || e.Text != want {
		t.Errorf("shown as %+v", e)
	}
}

func TestSubmittingIsTheCommandTypedOut(t *testing.T) {
	chat, h, _ := open(console.Options{})
	h.answers["new"] = bot.Reply{Form: declareForm()}
	chat.Say(t.Context(), "alice", "#ops", "/inc new")
	for _, tt := range []struct {
		values map[string]string
		code   fault.Code
		says   string
	}{
		{map[string]string{"titel": "x"}, fault.UnknownID, "title, sev, impact"},
		{map[string]string{"title": "x", "sev": "9"}, fault.Range, "1, 2, 3"},
		{map[string]string{"sev": "1"}, fault.Missing, "What is wrong"},
	} {
		r := chat.Submit(t.Context(), "alice", tt.values)
		if r.Code() != tt.code || !strings.Contains(r.Err.Error(), tt.says) {
			t.Errorf("%v: %v", tt.values, r.Err)
		}
	}
	r := chat.Submit(t.Context(), "alice", map[string]string{"title": "checkout failing"})
	if r.Err != nil || len(h.got) != 2 {
		t.Fatalf("after refusals the form is still open: %v", r.Err)
	}
	got := h.last()
	if got.Origin != "form" || got.Room != "#ops" || got.Delivery != "delivery-2" || got.Root != "incident" {
		t.Errorf("delivered as %+v", got)
	}
	for i, want := range []string{"checkout failing", "2", ""} {
		if v := got.Form.Fields[i].Value; v != want {
			t.Errorf("%s = %q, want %q", got.Form.Fields[i].Name, v, want)
		}
	}
	if r := chat.Submit(t.Context(), "alice", nil); r.Code() != fault.NotOpen {
		t.Errorf("a form is sent once: %v", r.Err)
	}
}

func TestAPlatformMayLeaveTheChecksToWhoAnswers(t *testing.T) {
	chat, h, _ := open(console.Options{})
	h.answers["new"] = bot.Reply{Form: declareForm()}
	chat.Say(t.Context(), "alice", "#ops", "/inc new")
	if _, err := chat.Fill("alice", map[string]string{"titel": "x"}); fault.CodeOf(err) != fault.UnknownID {
		t.Errorf("a field that is none: %v", err)
	}
	r, err := chat.Fill("alice", map[string]string{"sev": "9"})
	if err != nil || r.Form.Fields[0].Value != "" || r.Form.Fields[1].Value != "9" || r.Room != "#ops" || len(h.got) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestAnAnswerWithFieldErrorsOpensTheFormAgain(t *testing.T) {
	chat, h, _ := open(console.Options{})
	h.answers["new"] = bot.Reply{Form: declareForm()}
	h.answers["declare"] = bot.Reply{Form: declareForm(), Code: fault.Length}
	chat.Say(t.Context(), "alice", "", "/inc new")
	if r := chat.Submit(t.Context(), "alice", map[string]string{"title": "x"}); r.Code() != fault.Length {
		t.Fatalf("got %q", r.Code())
	}
	if f, waits := chat.Waiting("alice"); !waits || f.Fields[2].Error != "too long" {
		t.Errorf("waiting: %v %+v", waits, f)
	}
}

func TestAFormIsCancelledOnceAndOnlyByItsPerson(t *testing.T) {
	chat, h, _ := open(console.Options{})
	h.answers["new"] = bot.Reply{Form: declareForm()}
	chat.Say(t.Context(), "alice", "", "/inc new")
	if r := chat.Cancel(t.Context(), "bob"); r.Code() != fault.NotOpen {
		t.Errorf("bob cancelled alice's form: %v", r.Err)
	}
	if r := chat.Cancel(t.Context(), "alice"); r.Err != nil {
		t.Error(r.Err)
	}
	if r := chat.Submit(t.Context(), "alice", nil); r.Code() != fault.NotOpen {
		t.Errorf("a cancelled form was sent: %v", r.Err)
	}
}
