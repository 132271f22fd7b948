package grammar

import (
	"slices"
	"strings"

	"holdfast/internal/fault"
	"holdfast/internal/nearest"
)

// Choices is a closed list of names that a word may mean, such as the verbs.
type Choices struct {
	Noun      string     // what they are, for sentences: "verb"
	List      []Choice   // in the order in which an answer lists them
	Unknown   fault.Code // the refusal of a word that fits none
	Otherwise string     // what to do next when nothing is near
}

// Choice is one name with the other words for it.
type Choice struct {
	Name     string
	Synonyms []string
}

// Pick returns the name a word means: the name itself, else the name it is a
// synonym of, else the only name of which it begins the name or a synonym.
// Case does not matter. A beginning of several is refused with E_AMBIGUOUS and
// the list of them, anything else with the code of the choices and what is
// near.
func Pick(word string, from Choices) (string, error) {
	typed := strings.ToLower(word)
	for _, c := range from.List {
		if c.Name == typed {
			return c.Name, nil
		}
	}
	var begun, all []string
	for _, c := range from.List {
		if slices.Contains(c.Synonyms, typed) {
			return c.Name, nil
		}
		all = append(all, c.Name)
		all = append(all, c.Synonyms...)
		if c.begins(typed) {
			begun = append(begun, c.Name)
		}
	}
	switch len(begun) {
	case 1:
		return begun[0], nil
	case 0:
		return "", fault.Newf(from.Unknown, nearest.Sentence(typed, all, from.Otherwise), "There is no %s %q.", from.Noun, word)
	}
	last := len(begun) - 1
	list := strings.Join(begun[:last], ", ") + " or " + begun[last]
	return "", fault.Newf(fault.Ambiguous, "Type one more letter: "+list+".", "%q begins more than one %s.", word, from.Noun)
}

func (c Choice) begins(typed string) bool {
	if typed == "" {
		return false
	}
	return strings.HasPrefix(c.Name, typed) ||
		slices.ContainsFunc(c.Synonyms, func(s string) bool { return strings.HasPrefix(s, typed) })
}
