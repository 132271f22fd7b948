package diff

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"holdfast/plan"
)

// longest is how long a value may be that is shown; of a longer one it is only
// said that it is different.
const longest = 60

// versus shows two values where both are short.
func versus(old, now reflect.Value) string {
	a, okA := shown(old)
	b, okB := shown(now)
	switch {
	case !okA || !okB || a == b:
		return "is different"
	case a == "":
		return b + ", was not set"
	case b == "":
		return "is not set, was " + a
	}
	return b + ", was " + a
}

// shown writes a value as a plan does, and says whether it is fit to be read in
// a list.
func shown(v reflect.Value) (text string, fit bool) {
	if !v.IsValid() {
		return "", true
	}
	switch x := v.Interface().(type) {
	case time.Duration:
		if x == 0 {
			return "none", true
		}
		return plan.FormatDuration(x), true
	case time.Time:
		if x.IsZero() {
			return "", true
		}
		return x.UTC().Format(time.DateOnly), true
	case plan.Dep:
		return x.To + " " + string(x.Kind), true
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return "yes", true
		}
		return "no", true
	case reflect.Int, reflect.Int64, reflect.Float64:
		return fmt.Sprint(v.Interface()), true
	case reflect.String:
		return v.String(), len(v.String()) <= longest && !strings.Contains(v.String(), "\n")
	case reflect.Slice, reflect.Array:
		return list(v)
	}
	return "", false
}

func list(v reflect.Value) (text string, fit bool) {
	parts := make([]string, v.Len())
	for i := range parts {
		if parts[i], fit = shown(v.Index(i)); !fit {
			return "", false
		}
	}
	text = strings.Join(parts, ", ")
	return text, len(text) <= longest
}

// words writes a field's name as people say it: RecoveryWork is "recovery
// work", RTO stays "rto".
func words(name string) string {
	var b strings.Builder
	letters := []rune(name)
	for i, r := range letters {
		upper := unicode.IsUpper(r)
		begins := i > 0 && upper && (unicode.IsLower(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1]))
		if begins {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
