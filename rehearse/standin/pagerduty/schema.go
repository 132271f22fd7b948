package pagerduty

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// shape is the form of an object as PagerDuty publishes it. What it does not
// name may not be there; nothing may be null.
type shape map[string]field

type field struct {
	must bool
	one  []string // a text of these; empty: any
	is   string   // text, object, list
	of   shape    // of an object, or of each object in a list
}

func text(one ...string) field { return field{is: "text", one: one} }
func must(f field) field       { f.must = true; return f }
func object(of shape) field    { return field{is: "object", of: of} }
func list(of shape) field      { return field{is: "list", of: of} }
func named(types ...string) field {
	return object(shape{"id": must(text()), "type": must(text(types...))})
}

// The forms of PagerDuty's published interface: reference/REST/openapiv3.json
// and reference/events-v2/openapiv3.json in github.com/PagerDuty/api-schema.
var (
	eventShape = shape{
		"routing_key":  must(text()),
		"event_action": must(text("trigger", "acknowledge", "resolve")),
		"dedup_key":    text(),
		"client":       text(),
		"client_url":   text(),
		"links":        list(shape{"href": must(text()), "text": text()}),
		"images":       list(shape{"src": must(text()), "href": text(), "alt": text()}),
		"payload": object(shape{
			"summary":        must(text()),
			"severity":       must(text("critical", "error", "warning", "info")),
			"source":         must(text()),
			"timestamp":      text(),
			"component":      text(),
			"group":          text(),
			"class":          text(),
			"custom_details": object(nil),
		}),
	}
	createShape = shape{"incident": must(object(shape{
		"type":              must(text("incident")),
		"title":             must(text()),
		"service":           must(named("service", "service_reference")),
		"priority":          named("priority", "priority_reference"),
		"urgency":           text("high", "low"),
		"incident_key":      text(),
		"body":              object(shape{"type": must(text("incident_body")), "details": text()}),
		"escalation_policy": named("escalation_policy", "escalation_policy_reference"),
		"assignments":       list(shape{"assignee": must(named("user", "user_reference"))}),
		"conference_bridge": object(shape{"conference_number": text(), "conference_url": text()}),
	}))}
	noteShape   = shape{"note": must(object(shape{"content": must(text())}))}
	updateShape = shape{"message": must(text()), "subject": text(), "html_message": text()}
	askShape    = shape{"requester_id": must(text()), "message": must(text()), "responder_request_targets": must(list(shape{
		"responder_request_target": must(named("user_reference", "escalation_policy_reference")),
	}))}
	manageShape = shape{"incidents": must(list(shape{
		"id":                must(text()),
		"type":              must(text("incident", "incident_reference")),
		"status":            text("resolved", "acknowledged"),
		"resolution":        text(),
		"title":             text(),
		"urgency":           text("high", "low"),
		"priority":          named("priority", "priority_reference"),
		"escalation_policy": named("escalation_policy", "escalation_policy_reference"),
		"assignments":       list(shape{"assignee": must(named("user", "user_reference"))}),
	}))}
)

// check holds a body to a shape and decodes it; the error says what is wrong.
func check(body []byte, s shape, into any) error {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return fmt.Errorf("no JSON: %w", err)
	}
	if err := object(s).holds("", v); err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

func (f field) holds(at string, v any) error {
	switch f.is {
	case "text":
		s, ok := v.(string)
		if !ok || f.must && s == "" {
			return fmt.Errorf("%s is no text", at)
		}
		if len(f.one) > 0 && !slices.Contains(f.one, s) {
			return fmt.Errorf("%s is %q, none of %s", at, s, strings.Join(f.one, ", "))
		}
	case "list":
		all, ok := v.([]any)
		if !ok {
			return fmt.Errorf("%s is no list", at)
		}
		for i, x := range all {
			if err := object(f.of).holds(fmt.Sprintf("%s[%d]", at, i), x); err != nil {
				return err
			}
		}
	case "object":
		m, ok := v.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is no object", strings.TrimPrefix(at, "."))
		}
		if f.of == nil {
			return nil
		}
		for _, key := range slices.Sorted(maps.Keys(m)) {
			of, known := f.of[key]
			if !known {
				return fmt.Errorf("there is no field %s.%s", at, key)
			}
			if err := of.holds(strings.TrimPrefix(at+"."+key, "."), m[key]); err != nil {
				return err
			}
		}
		for _, key := range slices.Sorted(maps.Keys(f.of)) {
			if _, there := m[key]; f.of[key].must && !there {
				return fmt.Errorf("the field %s.%s is missing", at, key)
			}
		}
	}
	return nil
}

// asked returns the parameters of a query, and what is wrong with them.
func asked(q url.Values, known ...string) error {
	for _, key := range slices.Sorted(maps.Keys(q)) {
		if !slices.Contains(known, key) {
			return fmt.Errorf("there is no parameter %s", key)
		}
	}
	return nil
}
