package main

import (
	"strings"
	"testing"
)

const run3 = `{"Action":"run","Test":"TestWitnessBoltAgrees"}
{"Action":"run","Test":"TestWitnessBoltAgrees/a_slash_command"}
{"Action":"output","Test":"TestWitnessBoltAgrees/a_slash_command","Output":"    x_test.go:7: NOTE 3 of them\n"}
{"Action":"pass","Test":"TestWitnessBoltAgrees/a_slash_command"}
{"Action":"run","Test":"TestWitnessBoltAgrees/a_button"}
{"Action":"output","Test":"TestWitnessBoltAgrees/a_button","Output":"    x_test.go:9: it is refused\n"}
{"Action":"output","Test":"TestWitnessBoltAgrees/a_button","Output":"    --- FAIL: TestWitnessBoltAgrees/a_button\n"}
{"Action":"fail","Test":"TestWitnessBoltAgrees/a_button"}
{"Action":"fail","Test":"TestWitnessBoltAgrees"}
{"Action":"run","Test":"TestWitnessSilent"}
{"Action":"skip","Test":"TestWitnessSilent"}
`

func TestChecksAreToldAsSentences(t *testing.T) {
	var out strings.Builder
	passed, failed := tell(&out, strings.NewReader(run3))
	want := `ok    Bolt agrees: a slash command
      3 of them
FAIL  Bolt agrees: a button
      x_test.go:9: it is refused
FAIL  Silent
`
	if out.String() != want || passed != 1 || failed != 2 {
		t.Errorf("%d passed, %d failed:\n%s", passed, failed, out.String())
	}
}
