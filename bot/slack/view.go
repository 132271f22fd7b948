package slack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// forms turns forms into modals and what is submitted back into forms.
// Without both functions people are named by typing.
type forms struct {
	account func(person string) string  // the Slack id of a person of the plan, or empty
	person  func(account string) string // the reverse
}

// remembered travels with a modal, out and back.
type remembered struct {
	Version int               `json:"v"`
	ID      string            `json:"id"`
	Title   string            `json:"title,omitempty"`
	Root    string            `json:"root"`
	Verb    string            `json:"verb"`
	Of      string            `json:"of,omitempty"`
	Submit  string            `json:"submit,omitempty"`
	Fields  []askedField      `json:"fields"`
	At      place             `json:"at"`
	Message *incident.Message `json:"message,omitempty"`
}

type askedField struct {
	Name string `json:"n"`
	Kind string `json:"k"`
}

const (
	formVersion  = 1
	formCallback = "form"
	inputAnswer  = "answer" // the action id of every input; its block says which
)

// modal draws a form. It cannot draw one with too many fields, two of one
// name, or names too long to be remembered; no command has such a form.
func (p forms) modal(f bot.Form, at place) (slackgo.ModalViewRequest, error) {
	r := remembered{Version: formVersion, ID: f.ID, Title: f.Title, Root: f.Root, Verb: f.Verb, Of: f.Of, Submit: f.Submit, At: at, Message: f.Message}
	blocks := drawing{}.paragraph([]templates.Span{{Text: longTitle(f.Title)}})
	names := map[string]bool{}
	for _, field := range f.Fields {
		if names[field.Name] {
			return slackgo.ModalViewRequest{}, undrawable(f, fmt.Sprintf("it has two fields %q", field.Name))
		}
		names[field.Name] = true
		r.Fields = append(r.Fields, askedField{field.Name, field.Kind})
		blocks = append(blocks, p.input(f, field)...)
	}
	if len(blocks) > viewBlocks || len(f.Fields) == 0 {
		return slackgo.ModalViewRequest{}, undrawable(f, fmt.Sprintf("it has %d fields", len(f.Fields)))
	}
	memory, err := json.Marshal(r)
	if err != nil {
		return slackgo.ModalViewRequest{}, undrawable(f, err.Error())
	}
	if n := units(string(memory)); n > viewRemembered {
		return slackgo.ModalViewRequest{}, undrawable(f, fmt.Sprintf("what it has to remember takes %d characters of %d", n, viewRemembered))
	}
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: formCallback, PrivateMetadata: string(memory), Blocks: slackgo.Blocks{BlockSet: blocks},
		Title:  plainText(firstOf(f.Title, f.Verb, "Form"), viewTitle, "…"),
		Submit: plainText(firstOf(f.Submit, "Send"), viewTitle, "…"),
		Close:  plainText("Cancel", viewTitle, ""),
	}, nil
}

func undrawable(f bot.Form, why string) error {
	return fault.Newf(fault.TooBig, "Type the command with its arguments instead.", "Slack cannot show the form for %q: %s.", f.Verb, why)
}

// longTitle is a title that the head of a modal cannot hold.
func longTitle(title string) string {
	if title = oneLine(title); units(title) > viewTitle {
		return title
	}
	return ""
}

// firstOf returns the first text that has words.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t = oneLine(t); t != "" {
			return t
		}
	}
	return ""
}

// blockOf names the input of a field. It is the same whenever the form is
// opened anew, so that an error finds its field in the modal that is still
// open, and Slack keeps what was written in it.
func blockOf(f bot.Form, name string) string {
	id := f.Verb + "/" + name
	if units(id) > idText {
		sum := sha256.Sum256([]byte(id))
		id = hex.EncodeToString(sum[:])
	}
	return id
}

// input asks for one field, and says below it what was wrong with its value.
func (p forms) input(f bot.Form, field bot.Field) []slackgo.Block {
	hint := field.Hint
	element := p.element(field)
	if _, typed := element.(*slackgo.PlainTextInputBlockElement); typed && field.Kind == "choice" && len(field.Options) > 0 {
		hint = firstOf(hint, "One of: "+strings.Join(field.Options, ", "))
	}
	b := slackgo.NewInputBlock(blockOf(f, field.Name), plainText(firstOf(field.Label, field.Name, "Value"), inputLabel, "…"), nil, element)
	if hint = oneLine(hint); hint != "" {
		b.Hint = plainText(hint, inputLabel, "…")
	}
	b.Optional = !field.Required
	out := []slackgo.Block{b}
	if wrong := oneLine(field.Error); wrong != "" {
		out = append(out, slackgo.NewContextBlock("", plainText("⚠ "+wrong, sectionText, "…")))
	}
	return out
}

// element is what a field is answered with. A value that a menu could not show
// is typed, so that nothing prefilled is lost.
func (p forms) element(field bot.Field) slackgo.BlockElement {
	switch {
	case field.Kind == "choice" && selectable(field.Options) && (field.Value == "" || slices.Contains(field.Options, field.Value)):
		return menu(field)
	case field.Kind == "person" && p.account != nil && p.person != nil:
		id := p.account(strings.TrimPrefix(field.Value, "@"))
		if field.Value == "" || accountID.MatchString(id) && p.person(id) == strings.TrimPrefix(field.Value, "@") {
			e := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeUser, nil, inputAnswer)
			if field.Value != "" {
				e.InitialUser = id
			}
			return e
		}
	}
	e := slackgo.NewPlainTextInputBlockElement(nil, inputAnswer)
	e.Multiline = field.Kind == "text" || strings.Contains(field.Value, "\n")
	e.MaxLength = inputText
	e.InitialValue = cutPlain(templates.Inert(field.Value), inputText, " (cut)")
	return e
}

// selectable says whether a menu can hold the options: in groups, which are
// drawn to 1,000 here.
func selectable(options []string) bool {
	if len(options) == 0 || len(options) > 10*optionsOfOne {
		return false
	}
	seen := map[string]bool{}
	for _, o := range options {
		if oneLine(o) != o || o == "" || units(o) > optionText || seen[o] {
			return false
		}
		seen[o] = true
	}
	return true
}

func menu(field bot.Field) slackgo.BlockElement {
	var all []*slackgo.OptionBlockObject
	var chosen *slackgo.OptionBlockObject
	for _, o := range field.Options {
		one := slackgo.NewOptionBlockObject(o, plainText(o, optionText, ""), nil)
		if o == field.Value {
			chosen = one
		}
		all = append(all, one)
	}
	e := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, nil, inputAnswer)
	if len(all) <= optionsOfOne {
		e.Options = all
	} else {
		for group := range slices.Chunk(all, optionsOfOne) {
			from, to := group[0].Value, group[len(group)-1].Value
			label := cutPlain(from, optionText/2-2, "…") + " – " + cutPlain(to, optionText/2-2, "…")
			e.OptionGroups = append(e.OptionGroups, slackgo.NewOptionGroupBlockElement(plainText(label, optionText, ""), group...))
		}
	}
	e.InitialOption = chosen
	return e
}

// fieldErrors says what is wrong with which input, to be shown in the modal
// that was submitted.
func fieldErrors(f bot.Form) map[string]string {
	all := map[string]string{}
	for _, field := range f.Fields {
		if wrong := oneLine(field.Error); wrong != "" {
			all[blockOf(f, field.Name)] = cutPlain(wrong, inputLabel, "…")
		}
	}
	return all
}
