package plan

import (
	"fmt"
	"slices"
	"strings"
)

// A form is what a value in a file of the plan looks like: in words, as JSON
// Schema, and with the keys it has when it is a mapping.
type form struct {
	says    string // the end of "Write ..."
	schema  map[string]any
	keys    []Key  // of the mapping, or of each mapping in the list
	list    bool   // a list of such values
	missing string // the code of the finding when a required key has no value; empty: E_PLAN_MISSING
}

// Key describes one key of a mapping in a file of the plan.
type Key struct {
	Name     string
	Required bool
	Takes    string // "a duration such as 90s, 5m, 1h30m or 2d"
	Doc      string // one sentence
	Keys     []Key  // of the mapping it takes, or of each in the list it takes
	List     bool
	schema   map[string]any
}

// ask returns the form with another code for where it is missing.
func (f form) ask(code string) form {
	f.missing = code
	return f
}

const durationPattern = `^(\d{1,10}d)?(\d{1,10}h)?(\d{1,10}m)?(\d{1,10}s)?$`

var (
	anID        = form{says: "an id such as db-payments", schema: pattern(`^[a-z0-9][a-z0-9-]{0,63}$`)}
	aText       = form{says: "a text in one line, at most 500 characters", schema: map[string]any{"type": "string", "minLength": 1, "maxLength": maxText}}
	someLines   = form{says: "a text, at most 4000 characters", schema: map[string]any{"type": "string", "minLength": 1, "maxLength": maxLines}}
	aFlag       = form{says: "true or false", schema: map[string]any{"type": "boolean"}}
	aDuration   = form{says: "a duration such as 90s, 5m, 1h30m or 2d", schema: map[string]any{"type": "string", "minLength": 2, "pattern": durationPattern}}
	aPhone      = form{says: "a telephone number such as \"+44 20 7946 0123\"", schema: map[string]any{"type": []any{"string", "integer"}}}
	aMail       = form{says: "a mail address such as alice@northbridge.example", schema: pattern(addressForm.String())}
	aZone       = form{says: "a zone such as Europe/London or UTC", schema: map[string]any{"type": "string", "minLength": 3}}
	aDay        = form{says: "a date such as 2026-08-10, or an instant with its offset", schema: pattern(`^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*(Z|[+-]\d{2}:\d{2}))?$`)}
	anInstant   = form{says: "an instant with its offset such as 2026-10-30T18:00:00Z", schema: pattern(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(Z|[+-]\d{2}:\d{2})$`)}
	aPercentage = form{says: "a percentage from 0 to 100, with or without %", schema: anyOf(map[string]any{"type": "number", "minimum": 0, "maximum": 100}, pattern(`^\d+(\.\d+)?%$`))}
	aShare      = form{says: "a percentage such as 60%, or a fraction such as 2/3", schema: anyOf(map[string]any{"type": "number", "minimum": 0, "maximum": 100}, pattern(`^\d+(\.\d+)?(%|/\d+)?$`))}
	anAmount    = form{says: "an amount with its currency such as 60000 EUR, or {amount: 60000, currency: EUR}", schema: anyOf(pattern(`^\d+(\.\d{1,2})? [A-Z]{3}$`), map[string]any{
		"type": "object", "additionalProperties": false, "required": []any{"amount", "currency"},
		"properties": map[string]any{"amount": map[string]any{"type": []any{"number", "string"}}, "currency": pattern(`^[A-Z]{3}$`)}})}
)

func pattern(p string) map[string]any { return map[string]any{"type": "string", "pattern": p} }

func anyOf(schemas ...any) map[string]any { return map[string]any{"anyOf": schemas} }

func aNumber(low, high int) form {
	return form{says: fmt.Sprintf("a whole number from %d to %d", low, high), schema: map[string]any{"type": "integer", "minimum": low, "maximum": high}}
}

// measured is a number whose unit the key names; it may be written behind it.
func measured(unit string) form {
	return form{says: "a number of " + unit, schema: anyOf(map[string]any{"type": "number", "minimum": 0}, pattern(`^\d+(\.\d+)? ?`+unit+`$`))}
}

func oneOfWords(words []string) form {
	says := words[0]
	if last := len(words) - 1; last > 0 {
		says = strings.Join(words[:last], ", ") + " or " + words[last]
	}
	return form{says: says, schema: map[string]any{"enum": anySlice(words)}}
}

func theID(k kind) form {
	return form{says: "the id of a " + string(k), schema: anID.schema}
}

func listOf(f form) form {
	says := f.says
	if rest, found := strings.CutPrefix(says, "the id of a "); found {
		says = "the ids of " + plural(rest)
	} else if len(f.keys) == 0 {
		says = "each " + says
	}
	return form{says: "a list: " + says, keys: f.keys, list: true, schema: map[string]any{"type": "array", "items": f.schema}}
}

func mappingOf[T any](fields []field[T]) form {
	keys := keysDoc(fields)
	return form{says: "a mapping", keys: keys, schema: objectSchema(keys)}
}

func keysDoc[T any](fields []field[T]) []Key {
	var keys []Key
	for _, f := range fields {
		keys = append(keys, Key{Name: f.key, Required: f.required, Takes: f.says, Doc: f.doc, Keys: f.keys, List: f.list, schema: f.schema})
	}
	return keys
}

// objectSchema describes a mapping that has these keys and no others.
func objectSchema(keys []Key) map[string]any {
	properties, required := map[string]any{}, []any{}
	for _, k := range keys {
		described := map[string]any{"description": k.Doc}
		for name, value := range k.schema {
			described[name] = value
		}
		properties[k.Name] = described
		if k.Required {
			required = append(required, k.Name)
		}
	}
	s := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func anySlice(words []string) []any {
	all := make([]any, 0, len(words))
	for _, w := range words {
		all = append(all, w)
	}
	return slices.Clip(all)
}

func plural(word string) string {
	switch word {
	case "person":
		return "people"
	case "process":
		return "processes"
	}
	return word + "s"
}
