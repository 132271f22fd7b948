package plan

import (
	"time"

	"go.yaml.in/yaml/v3"
)

// What most keys take. Each function is told where in a T the value goes.

func takesID[T any](at func(*T) *string) takes[T] {
	return takes[T]{anID, func(d document, n *yaml.Node, x *T) { *at(x) = d.id(n) }}
}

func takesText[T any](at func(*T) *string) takes[T] {
	return takes[T]{aText, func(d document, n *yaml.Node, x *T) { *at(x) = d.text(n) }}
}

// takesLines takes a text of several lines.
func takesLines[T any](at func(*T) *string) takes[T] {
	return takes[T]{someLines, func(d document, n *yaml.Node, x *T) { *at(x) = d.lines(n) }}
}

func takesFlag[T any](at func(*T) *bool) takes[T] {
	return takes[T]{aFlag, func(d document, n *yaml.Node, x *T) { *at(x) = d.flag(n) }}
}

func takesNumber[T any](low, high int, at func(*T) *int) takes[T] {
	return takes[T]{aNumber(low, high), func(d document, n *yaml.Node, x *T) { *at(x), _ = d.number(n, low, high) }}
}

func takesDuration[T any](at func(*T) *time.Duration) takes[T] {
	return takes[T]{aDuration, func(d document, n *yaml.Node, x *T) { *at(x), _ = d.duration(n) }}
}

// takesSpan takes a duration that is longer than nothing.
func takesSpan[T any](at func(*T) *time.Duration) takes[T] {
	return takes[T]{aDuration, func(d document, n *yaml.Node, x *T) { *at(x), _ = d.span(n) }}
}

func takesChoice[T any](what string, words []string, at func(*T) *string) takes[T] {
	return takes[T]{oneOfWords(words), func(d document, n *yaml.Node, x *T) { *at(x) = d.choice(n, codeValue, what, words) }}
}

// takesRef takes the id of something that the plan must define.
func takesRef[T any](k kind, at func(*T) *string) takes[T] {
	return takes[T]{theID(k), func(d document, n *yaml.Node, x *T) { *at(x) = d.refer(k, n) }}
}

func takesRefs[T any](k kind, at func(*T) *[]string) takes[T] {
	return takes[T]{listOf(theID(k)), func(d document, n *yaml.Node, x *T) { *at(x) = d.referAll(k, n) }}
}

func takesTexts[T any](at func(*T) *[]string) takes[T] {
	return takes[T]{listOf(aText), func(d document, n *yaml.Node, x *T) {
		d.each(n, func(item *yaml.Node) {
			if s := d.text(item); s != "" {
				*at(x) = append(*at(x), s)
			}
		})
	}}
}

func takesPhone[T any](at func(*T) *string) takes[T] {
	return takes[T]{aPhone, func(d document, n *yaml.Node, x *T) { *at(x) = d.phone(n) }}
}

func takesZone[T any](at func(*T) *string) takes[T] {
	return takes[T]{aZone, func(d document, n *yaml.Node, x *T) { *at(x) = d.zone(n) }}
}

// takesDay takes a date, or an instant, where a rule counts days.
func takesDay[T any](at func(*T) *time.Time) takes[T] {
	return takes[T]{aDay, func(d document, n *yaml.Node, x *T) { *at(x), _ = d.day(n) }}
}

func takesPercent[T any](at func(*T) *float64) takes[T] {
	return takes[T]{aPercentage, func(d document, n *yaml.Node, x *T) { *at(x), _ = d.percent(n) }}
}

// takesMapping takes a mapping with keys of its own.
func takesMapping[T, U any](what string, fields []field[U], at func(*T) *U) takes[T] {
	return takes[T]{mappingOf(fields), func(d document, n *yaml.Node, x *T) { readFields(d, n, what, fields, at(x)) }}
}

// takesList takes a list of mappings. keep is called for each that was read,
// whether or not something was wrong with it; the document it gets knows the
// item's place.
func takesList[T, U any](what string, fields []field[U], keep func(d document, item *yaml.Node, x *T, u U)) takes[T] {
	return takes[T]{listOf(mappingOf(fields)), func(d document, n *yaml.Node, x *T) {
		d.each(n, func(item *yaml.Node) {
			var u U
			in := d.under(idOf(item), item)
			readFields(in, item, what, fields, &u)
			keep(in, item, x, u)
		})
	}}
}

// takesOwn is what only one key takes.
func takesOwn[T any](f form, read func(document, *yaml.Node, *T)) takes[T] {
	return takes[T]{f, read}
}
