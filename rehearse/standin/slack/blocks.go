package slack

import (
	"encoding/json"
	"fmt"
	"slices"
)

// part is one object of Block Kit.
type part map[string]any

// checking goes over blocks and notes what is wrong where.
type checking struct {
	wrong  []string
	blocks map[string]bool
}

// CheckBlocks holds blocks, a JSON list or nothing, to the rules of Block Kit:
// kinds, required parts, lengths, and ids that are there once. It returns what
// is wrong, as Slack words it and with the place, and nil when all is well.
func CheckBlocks(blocks json.RawMessage, most int) []string {
	if len(blocks) == 0 {
		return nil
	}
	c := &checking{blocks: map[string]bool{}}
	var all []part
	if err := json.Unmarshal(blocks, &all); err != nil {
		c.say("/blocks", "must be an array of objects")
		return c.wrong
	}
	if len(all) > most {
		c.say("/blocks", "no more than %d items allowed", most)
	}
	for i, b := range all {
		c.block(b, fmt.Sprintf("/blocks/%d", i))
	}
	return c.wrong
}

func (c *checking) say(at, format string, args ...any) {
	c.wrong = append(c.wrong, "[ERROR] "+fmt.Sprintf(format, args...)+" [json-pointer:"+at+"]")
}

func (c *checking) block(b part, at string) {
	if id := c.length(b, at, "block_id", 0, 255); id != "" {
		if c.blocks[id] {
			c.say(at+"/block_id", "`block_id` \"%s\" already exists", id)
		}
		c.blocks[id] = true
	}
	actions := map[string]bool{}
	switch kind := b["type"]; kind {
	case "section":
		c.section(b, at, actions)
	case "header":
		c.text(b, at, "text", 150, true, "plain_text")
	case "actions":
		c.several(b, at, "elements", 1, 25, func(e part, at string) { c.element(e, at, actions, interactive) })
	case "context":
		c.several(b, at, "elements", 1, 10, c.remark)
	case "input":
		c.text(b, at, "label", 2000, true, "plain_text")
		c.text(b, at, "hint", 2000, false, "plain_text")
		c.one(b, at, "element", func(e part, at string) { c.element(e, at, actions, inputs) })
	case "image":
		c.length(b, at, "alt_text", 1, 2000)
		c.length(b, at, "image_url", 0, 3000)
		c.text(b, at, "title", 2000, false, "plain_text")
	case "markdown":
		c.length(b, at, "text", 1, 12_000)
	case "divider", "rich_text", "file", "video", "table", "alert", "card", "carousel", "context_actions", "plan", "task_card":
	default:
		c.say(at+"/type", "unsupported type: %v", kind)
	}
}

func (c *checking) section(b part, at string, actions map[string]bool) {
	_, fields := b["fields"]
	c.text(b, at, "text", 3000, !fields)
	if fields {
		c.several(b, at, "fields", 1, 10, func(f part, at string) { c.text(part{"text": map[string]any(f)}, at, "text", 2000, true) })
	}
	if _, there := b["accessory"]; there {
		c.one(b, at, "accessory", func(e part, at string) { c.element(e, at, actions, append([]string{"image"}, interactive...)) })
	}
}

func (c *checking) remark(e part, at string) {
	if e["type"] == "image" {
		c.length(e, at, "alt_text", 1, 2000)
		return
	}
	c.text(part{"text": map[string]any(e)}, at, "text", 3000, true)
}

var pickers = []string{
	"static_select", "users_select", "conversations_select", "channels_select", "external_select",
	"multi_static_select", "multi_users_select", "multi_conversations_select", "multi_channels_select", "multi_external_select",
	"checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker", "rich_text_input",
}

var (
	interactive = append([]string{"button", "overflow", "workflow_button"}, pickers...)
	inputs      = append([]string{"plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input"}, pickers...)
)

func (c *checking) element(e part, at string, actions map[string]bool, allowed []string) {
	kind, _ := e["type"].(string)
	if !slices.Contains(allowed, kind) {
		c.say(at+"/type", "unsupported type: %v", e["type"])
		return
	}
	if id := c.length(e, at, "action_id", 0, 255); id != "" {
		if actions[id] {
			c.say(at+"/action_id", "`action_id` \"%s\" already exists", id)
		}
		actions[id] = true
	}
	switch kind {
	case "button":
		c.text(e, at, "text", 75, true, "plain_text")
		c.length(e, at, "value", 0, 2000)
		c.length(e, at, "url", 0, 3000)
		if style, there := e["style"]; there && style != "primary" && style != "danger" {
			c.say(at+"/style", "must be one of the allowed values: primary, danger")
		}
	case "image":
		c.length(e, at, "alt_text", 1, 2000)
	case "overflow":
		c.options(e, at, 5)
	case "checkboxes", "radio_buttons":
		c.options(e, at, 10)
	case "static_select", "multi_static_select":
		if _, grouped := e["option_groups"]; grouped {
			c.several(e, at, "option_groups", 1, 100, func(g part, at string) { c.options(g, at, 100) })
		} else {
			c.options(e, at, 100)
		}
	}
	c.text(e, at, "placeholder", 150, false, "plain_text")
	if _, there := e["confirm"]; there {
		c.one(e, at, "confirm", c.confirm)
	}
}

func (c *checking) confirm(e part, at string) {
	c.text(e, at, "title", 100, true, "plain_text")
	c.text(e, at, "text", 300, true)
	c.text(e, at, "confirm", 30, true, "plain_text")
	c.text(e, at, "deny", 30, true, "plain_text")
}

func (c *checking) options(e part, at string, most int) {
	c.several(e, at, "options", 1, most, func(o part, at string) {
		c.text(o, at, "text", 75, true)
		c.text(o, at, "description", 75, false)
		c.length(o, at, "value", 1, 150)
	})
}

// text holds a text object to its length and, where they are named, its kinds.
func (c *checking) text(of part, at, name string, most int, needed bool, kinds ...string) {
	at += "/" + name
	value, there := of[name]
	if !there {
		if needed {
			c.say(at, "missing required field: %s", name)
		}
		return
	}
	if kinds == nil {
		kinds = []string{"plain_text", "mrkdwn"}
	}
	t, _ := value.(map[string]any)
	if kind, _ := t["type"].(string); !slices.Contains(kinds, kind) {
		c.say(at+"/type", "unsupported type: %v", t["type"])
		return
	}
	c.length(t, at, "text", 1, most)
}

// length holds a text to its least and greatest length and returns it.
func (c *checking) length(of part, at, name string, least, most int) string {
	value, there := of[name]
	text, isText := value.(string)
	switch n := len([]rune(text)); {
	case !there && least > 0:
		c.say(at, "missing required field: %s", name)
	case there && !isText:
		c.say(at+"/"+name, "must be a string")
	case n < least:
		c.say(at+"/"+name, "must be more than %d characters", least-1)
	case n > most:
		c.say(at+"/"+name, "must be less than %d characters", most+1)
	}
	return text
}

func (c *checking) one(of part, at, name string, check func(part, string)) {
	e, ok := of[name].(map[string]any)
	if !ok {
		c.say(at, "missing required field: %s", name)
		return
	}
	check(e, at+"/"+name)
}

func (c *checking) several(of part, at, name string, least, most int, check func(part, string)) {
	list, ok := of[name].([]any)
	switch {
	case !ok:
		c.say(at, "missing required field: %s", name)
	case len(list) < least:
		c.say(at+"/"+name, "no less than %d items allowed", least)
	case len(list) > most:
		c.say(at+"/"+name, "no more than %d items allowed", most)
	}
	for i, e := range list {
		object, _ := e.(map[string]any)
		check(object, fmt.Sprintf("%s/%s/%d", at, name, i))
	}
}

// named returns blocks with the ids that Slack gives to those without.
func named(blocks json.RawMessage) json.RawMessage {
	var all []part
	if blocks == nil || json.Unmarshal(blocks, &all) != nil {
		return blocks
	}
	for i, b := range all {
		if id, _ := b["block_id"].(string); id == "" {
			b["block_id"] = fmt.Sprintf("b%d", i)
		}
	}
	out, err := json.Marshal(all)
	if err != nil {
		return blocks
	}
	return out
}
