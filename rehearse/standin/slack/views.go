package slack

import (
	"encoding/json"
	"slices"
	"time"
)

// View is a form that is open for a person, or a person's home.
type View struct {
	ID, Hash        string
	Trigger         string // what it was opened with; empty for a home
	User            string // id
	Type            string // modal or home
	CallbackID      string
	ExternalID      string
	PrivateMetadata string
	Root, Previous  string // ids: the first of its stack, and the one beneath
	Blocks          json.RawMessage
	Body            json.RawMessage // as the app gave it
}

// trigger is what a person's act gives the app to open a form with.
type trigger struct {
	at   time.Time
	user string
	view string // the form the act was in; empty for none
	used bool
}

// Views returns the forms that are open, oldest first.
func (w *Workspace) Views() []View {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []View
	for _, v := range w.views {
		all = append(all, *v)
	}
	return all
}

// Home returns what a person, a name or an id, sees on the app's home.
func (w *Workspace) Home(user string) (View, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	v := w.homes[w.userID(user)]
	if v == nil {
		return View{}, false
	}
	return *v, true
}

// view finds an open form; nil for none. mu is held.
func (w *Workspace) view(id string) *View {
	for _, v := range w.views {
		if v.ID == id {
			return v
		}
	}
	return nil
}

// fresh is for how long a trigger can be used.
const fresh = 3 * time.Second

func (w *Workspace) spend(c call) (*trigger, error) {
	t := w.triggers[c.get("trigger_id")]
	switch {
	case c.get("trigger_id") == "":
		return nil, invalid("invalid_arguments", "[ERROR] missing required field: trigger_id")
	case t == nil:
		return nil, no("invalid_trigger_id")
	case t.used:
		return nil, no("exchanged_trigger_id")
	case c.now.Sub(t.at) > fresh:
		return nil, no("expired_trigger_id")
	}
	return t, nil
}

func (w *Workspace) openView(c call) (answer, error) {
	t, err := w.spend(c)
	if err != nil {
		return nil, err
	}
	v, err := w.readView(c.get("view"), "modal", nil)
	if err != nil {
		return nil, err
	}
	return w.show(v, t, c, nil), nil
}

// mostViews is how many forms lie on each other at most.
const mostViews = 3

func (w *Workspace) pushView(c call) (answer, error) {
	t, err := w.spend(c)
	if err != nil {
		return nil, err
	}
	beneath := w.view(t.view)
	if beneath == nil {
		return nil, no("not_found")
	}
	if len(w.stack(beneath.Root)) >= mostViews {
		return nil, no("push_limit_reached")
	}
	v, err := w.readView(c.get("view"), "modal", nil)
	if err != nil {
		return nil, err
	}
	return w.show(v, t, c, beneath), nil
}

func (w *Workspace) show(v *View, t *trigger, c call, beneath *View) answer {
	t.used = true
	v.User, v.Trigger = t.user, c.get("trigger_id")
	w.put(v, beneath)
	return answer{"view": w.shownView(v, nil)}
}

// put opens a form on top of another, or alone. mu is held.
func (w *Workspace) put(v, beneath *View) {
	v.ID, v.Hash = w.id("V"), w.ts()
	v.Root = v.ID
	if beneath != nil {
		v.Root, v.Previous = beneath.Root, beneath.ID
	}
	w.views = append(w.views, v)
	w.see(Sight{What: Shown, View: *v})
}

func (w *Workspace) stack(root string) (all []*View) {
	for _, v := range w.views {
		if v.Root == root {
			all = append(all, v)
		}
	}
	return all
}

func (w *Workspace) updateView(c call) (answer, error) {
	i := slices.IndexFunc(w.views, func(v *View) bool {
		return v.ID == c.get("view_id") || v.ExternalID != "" && v.ExternalID == c.get("external_id")
	})
	if i < 0 {
		return nil, no("not_found")
	}
	v := w.views[i]
	if h := c.get("hash"); h != "" && h != v.Hash {
		return nil, no("hash_conflict")
	}
	if err := w.replace(v, c.get("view")); err != nil {
		return nil, err
	}
	return answer{"view": w.shownView(v, nil)}, nil
}

// replace puts another content in place of a form's. mu is held.
func (w *Workspace) replace(v *View, body string) error {
	given, err := w.readView(body, v.Type, v)
	if err != nil {
		return err
	}
	given.ID, given.User, given.Trigger, given.Root, given.Previous = v.ID, v.User, v.Trigger, v.Root, v.Previous
	given.Hash = w.ts()
	*v = *given
	if v.Type == "modal" {
		w.see(Sight{What: Shown, View: *v})
	}
	return nil
}

func (w *Workspace) publishView(c call) (answer, error) {
	u := w.byID(c.get("user_id"))
	if u == nil {
		return nil, no("user_not_found")
	}
	was := w.homes[u.ID]
	if h := c.get("hash"); h != "" && (was == nil || h != was.Hash) {
		return nil, no("hash_conflict")
	}
	v, err := w.readView(c.get("view"), "home", was)
	if err != nil {
		return nil, err
	}
	if v.ID = w.id("V"); was != nil {
		v.ID = was.ID
	}
	v.User, v.Hash, v.Root = u.ID, w.ts(), v.ID
	w.homes[u.ID] = v
	return answer{"view": w.shownView(v, nil)}, nil
}

// largest is how many bytes a view has at most.
const largest = 250 << 10

// readView reads a view and holds it to its rules; in place of one, or nil.
func (w *Workspace) readView(body, kind string, instead *View) (*View, error) {
	if len(body) > largest {
		return nil, no("view_too_large")
	}
	var p part
	if json.Unmarshal([]byte(body), &p) != nil {
		return nil, invalid("invalid_arguments", "[ERROR] must be a view object [json-pointer:/view]")
	}
	var v struct {
		Blocks          json.RawMessage `json:"blocks"`
		CallbackID      string          `json:"callback_id"`
		ExternalID      string          `json:"external_id"`
		PrivateMetadata string          `json:"private_metadata"`
	}
	wrong := checkView(p, kind)
	if json.Unmarshal([]byte(body), &v) == nil {
		wrong = append(wrong, CheckBlocks(v.Blocks, 100)...)
	}
	if len(wrong) > 0 {
		return nil, invalid("invalid_arguments", wrong...)
	}
	for _, other := range w.views {
		if v.ExternalID != "" && v.ExternalID == other.ExternalID && other != instead {
			return nil, no("duplicate_external_id")
		}
	}
	return &View{Type: kind, CallbackID: v.CallbackID, ExternalID: v.ExternalID, PrivateMetadata: v.PrivateMetadata, Blocks: v.Blocks, Body: json.RawMessage(body)}, nil
}

func checkView(p part, kind string) []string {
	c := &checking{}
	if p["type"] != kind {
		c.say("/view/type", "must be one of the allowed values: %s", kind)
	}
	blocks, ok := p["blocks"].([]any)
	if !ok {
		c.say("/view", "missing required field: blocks")
	}
	c.length(p, "/view", "callback_id", 0, 255)
	c.length(p, "/view", "external_id", 0, 255)
	c.length(p, "/view", "private_metadata", 0, 3000)
	if kind == "modal" {
		hasInput := slices.ContainsFunc(blocks, func(b any) bool {
			m, _ := b.(map[string]any)
			return m["type"] == "input"
		})
		c.text(p, "/view", "title", 24, true, "plain_text")
		c.text(p, "/view", "submit", 24, hasInput, "plain_text")
		c.text(p, "/view", "close", 24, false, "plain_text")
	}
	return c.wrong
}

// shownView is a view as Slack tells it, with what has been put in.
func (w *Workspace) shownView(v *View, values answer) answer {
	a := answer{}
	_ = json.Unmarshal(v.Body, &a) // it has been read before
	if values == nil {
		values = answer{}
	}
	var previous any
	if v.Previous != "" {
		previous = v.Previous
	}
	for name, value := range (answer{
		"id": v.ID, "team_id": w.o.Team, "type": v.Type, "hash": v.Hash, "root_view_id": v.Root, "previous_view_id": previous,
		"app_id": appID, "bot_id": botID, "app_installed_team_id": w.o.Team, "state": answer{"values": values},
		"callback_id": v.CallbackID, "external_id": v.ExternalID, "private_metadata": v.PrivateMetadata, "blocks": named(v.Blocks),
	}) {
		a[name] = value
	}
	return a
}
