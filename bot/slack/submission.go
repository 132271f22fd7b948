package slack

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/internal/fault"
)

// filled reads a submitted modal. A person who is not in the plan is an error
// of the form's own: it comes with the form, whose field says so. For any other
// error there is no form.
func (p forms) filled(v slackgo.View) (bot.Form, place, error) {
	r, err := recalled(v)
	if err != nil {
		return bot.Form{}, place{}, err
	}
	f := bot.Form{ID: r.ID, Title: r.Title, Root: r.Root, Verb: r.Verb, Of: r.Of, Submit: r.Submit, Message: r.Message}
	asked := inputs(v)
	var unknown error
	for _, field := range r.Fields {
		id := blockOf(f, field.Name)
		given, ok := v.State.Values[id][inputAnswer]
		if !ok || len(v.State.Values) != len(r.Fields) {
			return bot.Form{}, place{}, otherForm("its fields are not those that were asked")
		}
		one := bot.Field{Name: field.Name, Label: field.Name, Kind: field.Kind}
		describe(&one, asked[id])
		switch string(given.Type) {
		case string(slackgo.METPlainTextInput):
			one.Value = given.Value
		case slackgo.OptTypeStatic:
			one.Value = given.SelectedOption.Value
		case slackgo.OptTypeUser:
			if one.Value, err = p.named(given.SelectedUser); err != nil {
				one.Error, unknown = fault.From(err).Text, err
			}
		default:
			return bot.Form{}, place{}, otherForm("it has an answer of the kind " + oneLine(cutPlain(string(given.Type), buttonText, "…")))
		}
		f.Fields = append(f.Fields, one)
	}
	return f, r.At, unknown
}

// inForm says at the first field of a form that was sent what is wrong with the
// whole, so that it stays open with what was written in it. A form without
// fields gives way to the words.
func inForm(v slackgo.View, says string) any {
	says = cutPlain(oneLine(says), inputLabel, "…")
	for _, b := range v.Blocks.BlockSet {
		if in, ok := b.(*slackgo.InputBlock); ok && in != nil && in.BlockID != "" {
			return slackgo.NewErrorsViewSubmissionResponse(map[string]string{in.BlockID: says})
		}
	}
	if v.State != nil {
		for _, id := range slices.Sorted(maps.Keys(v.State.Values)) {
			return slackgo.NewErrorsViewSubmissionResponse(map[string]string{id: says})
		}
	}
	return slackgo.NewUpdateViewSubmissionResponse(&slackgo.ModalViewRequest{Type: slackgo.VTModal,
		Title: plainText("Holdfast", viewTitle, ""), Close: plainText("Close", viewTitle, ""),
		Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{slackgo.NewSectionBlock(plainText(says, inputLabel, "…"), nil, nil)}}})
}

// recalled reads what a modal remembers.
func recalled(v slackgo.View) (r remembered, err error) {
	switch {
	case v.CallbackID != formCallback:
		return r, otherForm("it is none of Holdfast's")
	case v.State == nil:
		return r, otherForm("it came without its answers")
	case units(v.PrivateMetadata) > viewRemembered:
		return r, otherForm("what it remembers is too long")
	}
	if err := json.Unmarshal([]byte(v.PrivateMetadata), &r); err != nil {
		return r, fault.Wrap(err, fault.Stale, "This form cannot be read: what it remembers is no form.", openAgain)
	}
	names := map[string]bool{}
	for _, f := range r.Fields {
		names[f.Name] = true
	}
	switch {
	case r.Version != formVersion:
		return r, otherForm("another version of Holdfast opened it")
	case r.Root == "" || r.Verb == "" || len(r.Fields) == 0 || len(names) != len(r.Fields):
		return r, otherForm("it does not say what it is for")
	}
	return r, nil
}

const openAgain = "Nothing was recorded. Copy what you wrote, and open the form again."

func otherForm(why string) error {
	return fault.New(fault.Stale, "This form cannot be read: "+why+".", openAgain)
}

// named returns a person as they are typed, "@alice".
func (p forms) named(account string) (string, error) {
	if account == "" {
		return "", nil
	}
	if p.person != nil {
		if id := p.person(account); id != "" {
			return "@" + id, nil
		}
	}
	return "", fault.New(fault.UnknownID, "This person's Slack account is in nobody's entry of the plan.", "Choose somebody else, or add the account to the plan.")
}

// inputs finds the inputs of a modal by their blocks.
func inputs(v slackgo.View) map[string]*slackgo.InputBlock {
	all := map[string]*slackgo.InputBlock{}
	for _, b := range v.Blocks.BlockSet {
		if in, ok := b.(*slackgo.InputBlock); ok && in != nil {
			all[in.BlockID] = in
		}
	}
	return all
}

// describe gives a field back what was shown with it, so that the form can be
// opened once more. A modal that came without its blocks leaves it bare.
func describe(f *bot.Field, in *slackgo.InputBlock) {
	if in == nil {
		return
	}
	f.Required = !in.Optional
	if in.Label != nil {
		f.Label = unescaped.Replace(in.Label.Text)
	}
	if in.Hint != nil {
		f.Hint = unescaped.Replace(in.Hint.Text)
	}
	e, ok := in.Element.(*slackgo.SelectBlockElement)
	if !ok || e == nil {
		return
	}
	options := e.Options
	for _, g := range e.OptionGroups {
		if g != nil {
			options = append(options, g.Options...)
		}
	}
	for _, o := range options {
		if o != nil {
			f.Options = append(f.Options, strings.TrimSpace(o.Value))
		}
	}
}

// unescaped undoes what Slack does to texts that it sends back, even to those
// that were sent as plain text. Values come back as they were.
var unescaped = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
