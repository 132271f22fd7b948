package journal

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Reference returns a section of docs/facts.md: every kind of a closed set with
// the fields of its data.
func Reference(title string, kinds Kinds) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s\n\n| Kind | Data |\n| --- | --- |\n", title)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", kind, strings.Join(fieldsOf(reflect.TypeOf(kinds[kind]()).Elem()), ", "))
	}
	return b.String()
}

// fieldsOf lists the JSON names of a struct; an optional one ends in "?".
func fieldsOf(t reflect.Type) []string {
	var names []string
	for f := range t.Fields() {
		if f.Anonymous {
			names = append(names, fieldsOf(f.Type)...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "" {
			continue
		}
		if strings.Contains(options, "omitempty") {
			name += "?"
		}
		names = append(names, name)
	}
	return names
}

// Paths lists the paths into the JSON of a state: dots between names, [] any
// element, NAME any key. One that is absent while it is empty ends in "?".
func Paths(state reflect.Type) []string { return pathsOf("", state) }

func pathsOf(prefix string, t reflect.Type) []string {
	var paths []string
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "" {
			continue
		}
		path, ft := prefix+name, f.Type
		for ft.Kind() == reflect.Slice || ft.Kind() == reflect.Map || ft.Kind() == reflect.Pointer {
			switch ft.Kind() {
			case reflect.Slice:
				path += "[]"
			case reflect.Map:
				path += ".NAME"
			}
			ft = ft.Elem()
		}
		if ft.Kind() == reflect.Struct && ft.PkgPath() == t.PkgPath() {
			paths = append(paths, pathsOf(path+".", ft)...)
			continue
		}
		if strings.Contains(options, "omitempty") {
			path += "?"
		}
		paths = append(paths, path)
	}
	return paths
}
