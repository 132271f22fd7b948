package plan

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Schema returns the JSON Schema of a kind of file, by the name of its Part,
// for editors that speak it. ok is false when there is no such part. It says
// less than the loader: what refers to other files, and sums, only that knows.
func Schema(name string) (schema []byte, ok bool) {
	for _, p := range Parts() {
		if p.Name == name {
			return encode(p.schema()), true
		}
	}
	return nil, false
}

func (p Part) schema() map[string]any {
	s := objectSchema(p.Keys)
	if p.List != "" {
		list := map[string]any{"type": "array", "items": s}
		s = map[string]any{"type": "object", "additionalProperties": false, "required": []any{p.List}, "properties": map[string]any{p.List: list}}
	}
	if p.Name == "policy" {
		policy := DefaultPolicy()
		s = settingsSchema(policy.settings(), "")
		slots := s["properties"].(map[string]any)
		slots[strings.TrimSuffix(slotsOf, ".")] = map[string]any{"type": "object", "description": "How many services a team recovers at a time, by the team's id.",
			"additionalProperties": map[string]any{"type": "integer", "minimum": 1, "maximum": 100}}
	}
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = p.File + " of a Holdfast plan"
	s["description"] = p.Holds
	return s
}

// settingsSchema describes the settings below a prefix. A key may be written
// with its dots or nested, and one may be both a setting and the begin of
// others.
func settingsSchema(all []boundSetting, prefix string) map[string]any {
	properties := map[string]any{}
	for _, s := range all {
		rest, found := strings.CutPrefix(s.Key, prefix)
		if !found {
			continue
		}
		properties[rest] = s.schema()
	}
	for _, s := range all {
		rest, found := strings.CutPrefix(s.Key, prefix)
		first, _, nested := strings.Cut(rest, ".")
		if !found || !nested {
			continue
		}
		below := settingsSchema(all, prefix+first+".")
		if own, both := properties[first]; both && own.(map[string]any)["properties"] == nil && own.(map[string]any)["anyOf"] == nil {
			below = anyOf(own, below)
		} else if both {
			continue
		}
		properties[first] = below
	}
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
}

// schema describes one setting's value, as strictly as its kind is simple.
func (s boundSetting) schema() map[string]any {
	schema := map[string]any{"type": []any{"string", "number", "boolean", "array"}}
	switch v := s.value.(type) {
	case length:
		schema = pattern(durationPattern)
	case lengthOrNone, cadence:
		schema = pattern(`^none$|` + durationPattern)
	case count:
		schema = map[string]any{"type": "integer", "minimum": v.min, "maximum": v.max}
	case word:
		schema = map[string]any{"enum": anySlice(v.words)}
	case months:
		schema = pattern(`^\d+ months?$`)
	case ratio:
		schema = map[string]any{"type": "number", "minimum": 1, "maximum": 100}
	}
	schema["description"] = s.Doc + " Write " + s.Expects + "; the default is " + orNone(s.Default) + "."
	return schema
}

func encode(schema map[string]any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(schema); err != nil {
		panic("plan: the schema cannot be written: " + err.Error()) // it holds nothing but texts, numbers and lists
	}
	return b.Bytes()
}
