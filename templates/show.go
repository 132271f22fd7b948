package templates

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"time"

	"holdfast/incident"
)

// show is what every value a template prints goes through at last. It decides
// how the value reads and puts a sentinel into the text.
func (r *rendering) show(v any) (string, error) {
	shown, err := r.scene.shown(v)
	if err != nil {
		return "", err
	}
	if r.left -= len(shown.text); r.left < 0 {
		return "", errCut
	}
	return r.values.add(shown), nil
}

// oneWord are the ids of incidents, decisions, tasks, tickets and the like:
// they are one argument of a command without quotes.
var oneWord = regexp.MustCompile(`^[A-Z]{1,10}(-[a-z0-9]{1,8})?-?[0-9]{1,9}$`)

var personID = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

func (s scene) shown(v any) (value, error) {
	switch x := indirect(v).(type) {
	case named:
		if x == "" {
			return value{}, nil
		}
		shown := value{text: "@" + string(x), person: string(x)}
		if personID.MatchString(string(x)) {
			shown.bare = shown.text
		}
		return shown, nil
	case time.Time:
		text, err := s.clock(x)
		return value{text: text}, err
	default:
		text, err := words(v)
		if err != nil {
			return value{}, err
		}
		shown := value{text: text}
		if oneWord.MatchString(text) || isCount(x) {
			shown.bare = text
		}
		return shown, nil
	}
}

// words gives the text of a plain value. Structures have none: a template
// names the field it means.
func words(v any) (string, error) {
	v = indirect(v)
	switch x := v.(type) {
	case nil:
		return "", nil
	case named:
		return "@" + string(x), nil
	case time.Duration:
		return minutes(x), nil
	case incident.Dur:
		return minutes(time.Duration(x)), nil
	case time.Time:
		return scene{}.clock(x)
	case bool:
		if x {
			return "yes", nil
		}
		return "no", nil
	}
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() == reflect.String:
		return r.String(), nil
	case r.CanInt():
		return strconv.FormatInt(r.Int(), 10), nil
	case r.CanUint():
		return strconv.FormatUint(r.Uint(), 10), nil
	case r.CanFloat():
		return strconv.FormatFloat(r.Float(), 'f', -1, 64), nil
	case r.Kind() == reflect.Slice && r.Type().Elem().Kind() == reflect.String:
		return join(", ", v)
	}
	return "", fmt.Errorf("a %T cannot be shown: name one of its fields", v)
}

// isCount says whether v is a whole number that is not negative: a minus sign
// would read as the beginning of a flag.
func isCount(v any) bool {
	switch r := reflect.ValueOf(v); {
	case !r.IsValid():
		return false
	case r.CanInt():
		_, isDuration := v.(time.Duration)
		return r.Int() >= 0 && !isDuration && r.Type() != reflect.TypeFor[incident.Dur]()
	default:
		return r.CanUint()
	}
}
