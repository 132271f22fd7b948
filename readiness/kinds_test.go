package readiness

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestTheSetOfKindsOnlyGrows(t *testing.T) {
	golden, err := os.ReadFile("testdata/kinds.golden")
	if err != nil {
		t.Fatal(err)
	}
	listed, known := strings.Fields(string(golden)), Kinds()
	for _, kind := range listed {
		f, ok := known[kind]
		if !ok {
			t.Errorf("%s is gone: journals that hold it could not be read", kind)
			continue
		}
		if got := f().Kind(); got != kind {
			t.Errorf("%s makes a fact of kind %s", kind, got)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(known)) {
		if !slices.Contains(listed, kind) {
			t.Errorf("%s is new: add it to testdata/kinds.golden", kind)
		}
	}
}
