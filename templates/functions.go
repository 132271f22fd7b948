package templates

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"

	"holdfast/incident"
	"holdfast/plan"
)

// functions are what an author may call, beside comparisons, and, or, not, len
// and index. The map is fixed: a plan cannot add to it.
func (s scene) functions() template.FuncMap {
	return template.FuncMap{
		"person":  mention,
		"people":  people,
		"clock":   s.clock,
		"date":    s.date,
		"dur":     dur,
		"ago":     s.ago,
		"between": between,
		"needed":  needed,
		"allowed": allowed,
		"hours":   hours,
		"plural":  plural,
		"upper":   func(v any) (string, error) { t, err := words(v); return strings.ToUpper(t), err },
		"cut":     cut,
		"default": func(otherwise, v any) any { return orElse(v, otherwise) },
		"none":    func(v any) any { return orElse(v, "none recorded") },
		"join":    join,
		"sev":     sev,
		"ref":     s.ref,
		"first":   first,
		"last":    last,
		"commit":  plan.ShortCommit,
	}
}

// scene is what functions know beside their arguments: where and when a
// message is drawn.
type scene struct {
	now      time.Time
	zone     *time.Location
	incident string
	drill    bool
}

// named is a person's id on its way to a message.
type named string

// mention names a person: "@id". Nobody gives nothing.
func mention(id string) named { return named(strings.TrimPrefix(id, "@")) }

// people names several persons: "@a, @b".
func people(ids []string) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = "@" + id
	}
	return strings.Join(all, ", ")
}

// clock gives the time of day in the room's zone with its UTC time, and the
// date before it when that is not today's.
func (s scene) clock(v any) (string, error) {
	t, err := instant(v)
	if err != nil || t.IsZero() {
		return "", err
	}
	local := t.In(s.location())
	text := local.Format("15:04")
	if _, offset := local.Zone(); offset == 0 {
		text += "Z"
	} else {
		text += " (" + t.UTC().Format("15:04Z") + ")"
	}
	if day := local.Format(time.DateOnly); !s.now.IsZero() && day != s.now.In(s.location()).Format(time.DateOnly) {
		text = day + " " + text
	}
	return text, nil
}

// date gives the day in the room's zone: 2026-11-02.
func (s scene) date(v any) (string, error) {
	t, err := instant(v)
	if err != nil || t.IsZero() {
		return "", err
	}
	return t.In(s.location()).Format(time.DateOnly), nil
}

func (s scene) location() *time.Location {
	if s.zone == nil {
		return time.UTC
	}
	return s.zone
}

// ago says how long before now an instant was, rounded down, or how long
// after, rounded up.
func (s scene) ago(v any) (string, error) {
	t, err := instant(v)
	switch {
	case err != nil || t.IsZero():
		return "", err
	case s.now.IsZero():
		return s.clock(t)
	}
	switch d := s.now.Sub(t); {
	case d < 0:
		return "in " + minutes(-d), nil
	case d < time.Minute:
		return "just now", nil
	default:
		return minutes(d.Truncate(time.Minute)) + " ago", nil
	}
}

// dur gives a duration in minutes rounded up: "20 min", "1 h 05 min".
func dur(v any) (string, error) {
	r := reflect.ValueOf(v)
	if !r.IsValid() || r.Kind() != reflect.Int64 {
		return "", fmt.Errorf("dur: %T is not a duration", v)
	}
	return minutes(time.Duration(r.Int())), nil
}

// needed gives how long something takes in minutes, rounded up: "90 min". From a
// day on, whole hours are hours: "24 h".
func needed(v any) (string, error) { return inMinutes(v, time.Minute-1) }

// allowed gives how long something may take, or what is to spare, in minutes
// rounded down, otherwise as needed does.
func allowed(v any) (string, error) { return inMinutes(v, 0) }

// hours gives a duration as plans write it: "4h", "1h30m", "2d".
func hours(v any) (string, error) {
	r := reflect.ValueOf(v)
	if !r.IsValid() || r.Kind() != reflect.Int64 {
		return "", fmt.Errorf("%T is not a duration", v)
	}
	return incident.Dur(r.Int()).String(), nil
}

func inMinutes(v any, up time.Duration) (string, error) {
	r := reflect.ValueOf(v)
	if !r.IsValid() || r.Kind() != reflect.Int64 {
		return "", fmt.Errorf("%T is not a duration", v)
	}
	d := time.Duration(r.Int()) + up
	m := d / time.Minute
	if d < 0 && d%time.Minute != 0 {
		m-- // down is down below zero too
	}
	if m >= 24*60 && m%60 == 0 {
		return fmt.Sprintf("%d h", m/60), nil
	}
	return fmt.Sprintf("%d min", m), nil
}

// between gives how long it took from one instant to another; nothing when one
// of them is not known.
func between(from, to any) (string, error) {
	a, err := instant(from)
	if err != nil {
		return "", err
	}
	b, err := instant(to)
	if err != nil || a.IsZero() || b.IsZero() {
		return "", err
	}
	return minutes(b.Sub(a)), nil
}

func minutes(d time.Duration) string {
	if d < 0 {
		return "-" + minutes(-d)
	}
	m := int64((d + time.Minute - 1) / time.Minute)
	days, hours, mins := m/(24*60), m/60%24, m%60
	switch {
	case days > 0 && hours == 0 && mins == 0:
		return fmt.Sprintf("%d d", days)
	case days > 0:
		return fmt.Sprintf("%d d %d h %02d min", days, hours, mins)
	case hours > 0 && mins == 0:
		return fmt.Sprintf("%d h", hours)
	case hours > 0:
		return fmt.Sprintf("%d h %02d min", hours, mins)
	}
	return fmt.Sprintf("%d min", mins)
}

// plural counts things: plural 2 "task" gives "2 tasks"; a third argument is
// the irregular plural.
func plural(n any, one string, many ...string) (string, error) {
	r := reflect.ValueOf(n)
	switch {
	case r.IsValid() && r.CanInt():
	case r.IsValid() && r.CanUint():
		r = reflect.ValueOf(int64(r.Uint()))
	default:
		return "", fmt.Errorf("plural: %T is not a number", n)
	}
	word := one + "s"
	if len(many) > 0 {
		word = many[0]
	}
	if r.Int() == 1 {
		word = one
	}
	return strconv.FormatInt(r.Int(), 10) + " " + word, nil
}

// cut shortens text to n characters: cut 80 .Text.
func cut(n int, v any) (string, error) {
	t, err := words(v)
	if err != nil || n < 1 || utf8.RuneCountInString(t) <= n {
		return t, err
	}
	return strings.TrimSpace(string([]rune(t)[:n-1])) + "…", nil
}

// join puts a list on one line: join ", " .Services.
func join(separator string, list any) (string, error) {
	r := reflect.ValueOf(list)
	if !r.IsValid() {
		return "", nil
	}
	if k := r.Kind(); k != reflect.Slice && k != reflect.Array {
		return "", fmt.Errorf("join: %T is not a list", list)
	}
	all := make([]string, r.Len())
	for i := range all {
		t, err := words(r.Index(i).Interface())
		if err != nil {
			return "", fmt.Errorf("join: %w", err)
		}
		all[i] = t
	}
	return strings.Join(all, separator), nil
}

// first gives the first n elements of a list.
func first(n int, list any) (any, error) {
	r := reflect.ValueOf(list)
	if !r.IsValid() || r.Kind() != reflect.Slice {
		return nil, fmt.Errorf("first: %T is not a list", list)
	}
	return r.Slice(0, min(r.Len(), max(0, n))).Interface(), nil
}

// last gives the last n elements of a list.
func last(n int, list any) (any, error) {
	r := reflect.ValueOf(list)
	if !r.IsValid() || r.Kind() != reflect.Slice {
		return nil, fmt.Errorf("last: %T is not a list", list)
	}
	return r.Slice(max(0, r.Len()-max(0, n)), r.Len()).Interface(), nil
}

// sev gives SEV1 to SEV4.
func sev(n int) string { return "SEV" + strconv.Itoa(n) }

// ref names an entry of this incident's journal: INC-42#17.
func (s scene) ref(seq uint64) string { return s.incident + "#" + strconv.FormatUint(seq, 10) }

func orElse(v, otherwise any) any {
	if set, ok := template.IsTrue(indirect(v)); ok && set {
		return v
	}
	return otherwise
}

// indirect follows a pointer; nil gives nil.
func indirect(v any) any {
	r := reflect.ValueOf(v)
	for r.IsValid() && r.Kind() == reflect.Pointer {
		if r.IsNil() {
			return nil
		}
		r = r.Elem()
	}
	if !r.IsValid() {
		return nil
	}
	return r.Interface()
}

// instant takes a time or a pointer to one; nil gives the zero time.
func instant(v any) (time.Time, error) {
	switch t := indirect(v).(type) {
	case nil:
		return time.Time{}, nil
	case time.Time:
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%T is not a time", v)
}
