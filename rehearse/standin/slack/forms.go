package slack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Submit is a person submitting a form. Values go by the block_id or the
// action_id of an input: a text, the value of an option, an id; several are
// separated by commas. What is not named stays as the form was given. The form
// stays open until Settle says how the app has answered. It panics when there
// is no such form.
func (w *Workspace) Submit(user, viewID string, values map[string]string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	v := w.view(viewID)
	if v == nil {
		panic("there is no form " + viewID)
	}
	p := w.frame("view_submission", w.userID(user), v.ID)
	p["view"] = w.shownView(v, state(v.Blocks, values))
	p["response_urls"] = []answer{}
	return w.interaction(p)
}

// Cancel is a person closing a form, which Slack tells only of forms with
// notify_on_close. It panics when there is no such form.
func (w *Workspace) Cancel(user, viewID string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	v := w.view(viewID)
	if v == nil {
		panic("there is no form " + viewID)
	}
	w.close(v)
	p := w.frame("view_closed", w.userID(user), "")
	delete(p, "trigger_id")
	p["view"], p["is_cleared"] = w.shownView(v, state(v.Blocks, nil)), false
	return w.interaction(p)
}

// Settle does with a submitted form what the app has answered: nothing closes
// it, and response_action errors, clear, update or push do what they are named
// after. It returns the errors that the person sees, by block, and an error
// where Slack would show that it had trouble connecting.
func (w *Workspace) Settle(viewID string, answered []byte) (map[string]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	v := w.view(viewID)
	if v == nil {
		return nil, fmt.Errorf("there is no form %s", viewID)
	}
	var a struct {
		Action string            `json:"response_action"`
		View   json.RawMessage   `json:"view"`
		Errors map[string]string `json:"errors"`
	}
	if len(answered) > 0 {
		if err := json.Unmarshal(answered, &a); err != nil {
			return nil, fmt.Errorf("the answer to a form cannot be read: %w", err)
		}
	}
	switch a.Action {
	case "":
		w.close(v)
	case "clear":
		for _, one := range w.stack(v.Root) {
			w.close(one)
		}
	case "update":
		return nil, w.replace(v, string(a.View))
	case "push":
		above, err := w.readView(string(a.View), "modal", nil)
		if err != nil {
			return nil, err
		}
		above.User = v.User
		w.put(above, v)
	case "errors":
		return a.Errors, w.places(v, a.Errors)
	default:
		return nil, fmt.Errorf("response_action %q is not known", a.Action)
	}
	return nil, nil
}

// places refuses errors that are at no input of a form.
func (w *Workspace) places(v *View, errors map[string]string) error {
	for block := range errors {
		if !slices.ContainsFunc(elements(v.Blocks), func(e element) bool { return e.block == block }) {
			return fmt.Errorf("there is no block %q to show an error at", block)
		}
	}
	return nil
}

// close takes a form off the screen. mu is held.
func (w *Workspace) close(v *View) {
	w.views = slices.DeleteFunc(w.views, func(one *View) bool { return one == v })
}

// state is what stands in the inputs of a form.
func state(blocks json.RawMessage, values map[string]string) answer {
	all := answer{}
	for _, e := range elements(blocks) {
		action, _ := e.of["action_id"].(string)
		kind, _ := e.of["type"].(string)
		if action == "" || kind == "button" || kind == "overflow" {
			continue
		}
		var value *string
		for _, name := range []string{action, e.block} {
			if v, given := values[name]; given {
				value = &v
			}
		}
		inner, _ := all[e.block].(answer)
		if inner == nil {
			inner = answer{}
			all[e.block] = inner
		}
		at := chosen(e.of, value)
		at["type"] = kind
		inner[action] = at
	}
	return all
}

// chosen is what stands in an element: a value, or with nil what it began with.
func chosen(e part, value *string) answer {
	kind, _ := e["type"].(string)
	options := func() []any {
		var all []any
		for _, o := range optionsOf(e) {
			if v, _ := o["value"].(string); slices.Contains(strings.Split(*value, ","), v) {
				all = append(all, map[string]any(o))
			}
		}
		return all
	}
	single := func(name string, list bool) answer {
		switch {
		case value == nil:
			return answer{"selected_" + name: e["initial_"+name]}
		case *value == "":
			return answer{"selected_" + name: nil}
		case list:
			return answer{"selected_" + name: strings.Split(*value, ",")}
		}
		return answer{"selected_" + name: *value}
	}
	switch kind {
	case "static_select", "radio_buttons", "external_select", "overflow":
		if value == nil {
			return answer{"selected_option": e["initial_option"]}
		}
		if all := options(); len(all) > 0 {
			return answer{"selected_option": all[0]}
		}
		return answer{"selected_option": nil}
	case "multi_static_select", "checkboxes", "multi_external_select":
		if value != nil {
			return answer{"selected_options": append([]any{}, options()...)}
		}
		initial, _ := e["initial_options"].([]any)
		return answer{"selected_options": append([]any{}, initial...)}
	case "users_select", "conversations_select", "channels_select":
		return single(strings.TrimSuffix(kind, "s_select"), false)
	case "multi_users_select", "multi_conversations_select", "multi_channels_select":
		return single(strings.TrimPrefix(strings.TrimSuffix(kind, "_select"), "multi_"), true)
	case "datepicker":
		return single("date", false)
	case "timepicker":
		return single("time", false)
	}
	switch {
	case value == nil:
		return answer{"value": e["initial_value"]}
	case *value == "":
		return answer{"value": nil}
	}
	return answer{"value": *value}
}

func optionsOf(e part) (all []part) {
	list, _ := e["options"].([]any)
	groups, _ := e["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		some, _ := group["options"].([]any)
		list = append(list, some...)
	}
	for _, o := range list {
		if option, ok := o.(map[string]any); ok {
			all = append(all, option)
		}
	}
	return all
}
