package slack_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/rehearse/standin/slack"
)

func plain(text string) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject("plain_text", text, false, false)
}

// form is a form that asks for a title and a severity.
func form(title string) slackgo.ModalViewRequest {
	line := slackgo.NewPlainTextInputBlockElement(nil, "text")
	line.InitialValue = "untitled"
	var options []*slackgo.OptionBlockObject
	for _, sev := range []string{"1", "2", "3"} {
		options = append(options, slackgo.NewOptionBlockObject(sev, plain("SEV"+sev), nil))
	}
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, Title: plain(title), Submit: plain("Declare"), CallbackID: "declare", PrivateMetadata: "ops",
		Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{
			slackgo.NewInputBlock("title", plain("Title"), nil, line),
			slackgo.NewInputBlock("severity", plain("Severity"), nil, slackgo.NewOptionsSelectBlockElement("static_select", nil, "choice", options...)),
			slackgo.NewInputBlock("people", plain("People"), nil, slackgo.NewOptionsMultiSelectBlockElement("multi_users_select", nil, "people")),
		}},
	}
}

// trigger is a fresh trigger of alice's.
func (s *stage) trigger() string {
	s.Helper()
	return s.command(s.Slash("alice", "ops", "/incident", "")).TriggerID
}

// show opens the form for alice and returns its id.
func (s *stage) show(trigger string) string {
	s.Helper()
	v, err := s.client.OpenViewContext(s.Context(), trigger, form("Declare"))
	s.good(err)
	return v.ID
}

func TestATriggerOpensOneFormWithinThreeSeconds(t *testing.T) {
	s := set(t, slack.Options{})
	s.room("ops")
	used, late := s.trigger(), s.trigger()
	v, err := s.client.OpenViewContext(t.Context(), used, form("Declare"))
	s.good(err)
	if all := s.Views(); len(all) != 1 || all[0].ID != v.ID || all[0].Hash != v.Hash || all[0].User != s.alice || all[0].Trigger != used || all[0].CallbackID != "declare" {
		t.Errorf("open are %+v", all)
	}
	_, err = s.client.OpenViewContext(t.Context(), used, form("Declare"))
	s.word(err, "exchanged_trigger_id")
	_, err = s.client.OpenViewContext(t.Context(), "1.2.abc", form("Declare"))
	s.word(err, "invalid_trigger_id")
	s.clock.Add(3*time.Second + time.Millisecond)
	_, err = s.client.OpenViewContext(t.Context(), late, form("Declare"))
	s.word(err, "expired_trigger_id")
}

func TestAFormThatSlackRefusesIsRefused(t *testing.T) {
	s := set(t, slack.Options{})
	s.room("ops")
	trigger := s.trigger()
	for sentence, test := range map[string]struct {
		change func(*slackgo.ModalViewRequest)
		word   string
		place  string
	}{
		"a long title":         {func(f *slackgo.ModalViewRequest) { f.Title = plain(strings.Repeat("x", 25)) }, "invalid_arguments", "/view/title/text"},
		"no submit":            {func(f *slackgo.ModalViewRequest) { f.Submit = nil }, "invalid_arguments", "/view/submit"},
		"too much metadata":    {func(f *slackgo.ModalViewRequest) { f.PrivateMetadata = strings.Repeat("x", 3001) }, "invalid_arguments", "/view/private_metadata"},
		"a home for a form":    {func(f *slackgo.ModalViewRequest) { f.Type = slackgo.VTHomeTab }, "invalid_arguments", "/view/type"},
		"more than 250 KB":     {func(f *slackgo.ModalViewRequest) { f.PrivateMetadata = strings.Repeat("x", 251<<10) }, "view_too_large", ""},
		"more than 100 blocks": {func(f *slackgo.ModalViewRequest) { f.Blocks.BlockSet = dividers(101) }, "invalid_arguments", "no more than 100 items"},
		"a long placeholder": {func(f *slackgo.ModalViewRequest) {
			f.Blocks.BlockSet = []slackgo.Block{slackgo.NewInputBlock("b", plain("L"), nil, slackgo.NewPlainTextInputBlockElement(plain(strings.Repeat("x", 151)), "a"))}
		}, "invalid_arguments", "/blocks/0/element/placeholder/text"},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := form("Declare")
			test.change(&f)
			_, err := s.client.OpenViewContext(t.Context(), trigger, f)
			var told slackgo.SlackErrorResponse
			if !errors.As(err, &told) || told.Err != test.word || !strings.Contains(strings.Join(told.ResponseMetadata.Messages, "\n"), test.place) {
				t.Errorf("refused with %#v", err)
			}
		})
	}
	s.show(trigger) // which a refusal does not use up
}

func dividers(n int) (all []slackgo.Block) {
	for range n {
		all = append(all, slackgo.NewDividerBlock())
	}
	return all
}

func TestASubmittedFormHoldsWhatWasPutIn(t *testing.T) {
	s := set(t, slack.Options{})
	s.room("ops")
	id := s.show(s.trigger())
	c := s.interaction(s.Submit("alice", id, map[string]string{"severity": "2", "people": s.alice + "," + s.bob}))
	in := c.View.State.Values
	if c.Type != slackgo.InteractionTypeViewSubmission || c.User.ID != s.alice || c.View.ID != id || c.View.CallbackID != "declare" || c.View.PrivateMetadata != "ops" ||
		in["title"]["text"].Value != "untitled" || in["severity"]["choice"].SelectedOption.Value != "2" || len(in["people"]["people"].SelectedUsers) != 2 {
		t.Errorf("told %+v of %+v", c, in)
	}
	c = s.interaction(s.Submit("alice", id, map[string]string{"text": "checkout failing"}))
	if in := c.View.State.Values; in["title"]["text"].Value != "checkout failing" || in["severity"]["choice"].SelectedOption.Value != "" {
		t.Errorf("told %+v", in)
	}
}

func TestAFormFollowsTheAnswerToItsSubmission(t *testing.T) {
	s := set(t, slack.Options{})
	s.room("ops")
	id := s.show(s.trigger())
	wrong, err := s.Settle(id, []byte(`{"response_action":"errors","errors":{"title":"It is taken."}}`))
	if err != nil || wrong["title"] != "It is taken." || len(s.Views()) != 1 {
		t.Errorf("errors left %v, %v", wrong, err)
	}
	if _, err := s.Settle(id, []byte(`{"response_action":"errors","errors":{"nowhere":"x"}}`)); err == nil {
		t.Error("an error was shown nowhere")
	}
	next, err := json.Marshal(slackgo.NewPushViewSubmissionResponse(new(form("Sure?"))))
	s.good(err)
	if _, err = s.Settle(id, next); err != nil || len(s.Views()) != 2 || s.Views()[1].Previous != id {
		t.Errorf("a push left %+v, %v", s.Views(), err)
	}
	again, err := json.Marshal(slackgo.NewUpdateViewSubmissionResponse(new(form("Again"))))
	s.good(err)
	if _, err = s.Settle(id, again); err != nil || !strings.Contains(string(s.Views()[0].Body), "Again") {
		t.Errorf("an update left %s, %v", s.Views()[0].Body, err)
	}
	if _, err := s.Settle(id, []byte(`{"response_action":"clear"}`)); err != nil || len(s.Views()) != 0 {
		t.Errorf("a clear left %+v, %v", s.Views(), err)
	}
	id = s.show(s.trigger())
	if _, err := s.Settle(id, nil); err != nil || len(s.Views()) != 0 {
		t.Errorf("nothing left %+v, %v", s.Views(), err)
	}
	id = s.show(s.trigger())
	if c := s.interaction(s.Cancel("alice", id)); c.Type != slackgo.InteractionTypeViewClosed || c.View.ID != id || len(s.Views()) != 0 {
		t.Errorf("told %+v", c)
	}
}

func TestAFormIsChangedUnlessSomebodyWasFaster(t *testing.T) {
	s := set(t, slack.Options{})
	s.room("ops")
	v, err := s.client.OpenViewContext(t.Context(), s.trigger(), form("Declare"))
	s.good(err)
	_, err = s.client.UpdateViewContext(t.Context(), form("Other"), "", v.Hash, v.ID)
	s.good(err)
	_, err = s.client.UpdateViewContext(t.Context(), form("Third"), "", v.Hash, v.ID)
	s.word(err, "hash_conflict")
	_, err = s.client.UpdateViewContext(t.Context(), form("Third"), "", "", "V404")
	s.word(err, "not_found")
}

func TestThreeFormsLieOnEachOther(t *testing.T) {
	s := set(t, slack.Options{})
	s.room("ops")
	f := form("Declare")
	f.Blocks.BlockSet = append(f.Blocks.BlockSet, slackgo.NewActionBlock("more", slackgo.NewButtonBlockElement("deeper", "", plain("Deeper"))))
	v, err := s.client.OpenViewContext(t.Context(), s.trigger(), f)
	s.good(err)
	deeper := func() (*slackgo.ViewResponse, error) {
		c := s.interaction(s.PressIn("alice", v.ID, "deeper"))
		if c.Type != slackgo.InteractionTypeBlockActions || c.View.ID != v.ID || c.Container.ViewID != v.ID {
			t.Errorf("told %+v", c)
		}
		return s.client.PushViewContext(t.Context(), c.TriggerID, f)
	}
	for range 2 {
		root := v.RootViewID
		v, err = deeper()
		s.good(err)
		if v.RootViewID != root {
			t.Errorf("its root is %s", v.RootViewID)
		}
	}
	_, err = deeper()
	s.word(err, "push_limit_reached")
	_, err = s.client.PushViewContext(t.Context(), s.trigger(), f)
	s.word(err, "not_found")
}

func TestAnExternalIdIsThereOnce(t *testing.T) {
	s := set(t, slack.Options{})
	s.room("ops")
	f := form("Declare")
	f.ExternalID = "declare-1"
	_, err := s.client.OpenViewContext(t.Context(), s.trigger(), f)
	s.good(err)
	_, err = s.client.OpenViewContext(t.Context(), s.trigger(), f)
	s.word(err, "duplicate_external_id")
	_, err = s.client.UpdateViewContext(t.Context(), f, "declare-1", "", "")
	s.good(err)
}

func TestAHomeIsPublishedForOnePerson(t *testing.T) {
	s := set(t, slack.Options{})
	home := slackgo.PublishViewContextRequest{UserID: s.alice, View: slackgo.HomeTabViewRequest{
		Type: slackgo.VTHomeTab, CallbackID: "home", Blocks: slackgo.Blocks{BlockSet: dividers(1)}}}
	v, err := s.client.PublishViewContext(t.Context(), home)
	s.good(err)
	if h, ok := s.Home("alice"); !ok || h.ID != v.ID || h.CallbackID != "home" {
		t.Errorf("alice sees %+v", h)
	}
	if _, ok := s.Home("bob"); ok {
		t.Error("bob sees one too")
	}
	home.Hash = new("stale")
	_, err = s.client.PublishViewContext(t.Context(), home)
	s.word(err, "hash_conflict")
	home.UserID = "U404"
	_, err = s.client.PublishViewContext(t.Context(), home)
	s.word(err, "user_not_found")
	if a := s.raw("views.open", url.Values{"view": {"{}"}}); a["error"] != "invalid_arguments" {
		t.Errorf("answered %v", a)
	}
}
