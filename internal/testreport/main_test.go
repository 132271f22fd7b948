package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	start = `{"Action":"start","Package":"holdfast/a"}` + "\n"
	pass  = `{"Action":"pass","Package":"holdfast/a","Test":"TestGood","Elapsed":0.1}` + "\n"
	ended = `{"Action":"pass","Package":"holdfast/a","Elapsed":1.234}` + "\n"
	skip  = `{"Action":"output","Package":"holdfast/a","Test":"TestDisk","Output":"=== RUN   TestDisk\n"}
{"Action":"output","Package":"holdfast/a","Test":"TestDisk","Output":"    disk_test.go:9: strace is not installed\n"}
{"Action":"output","Package":"holdfast/a","Test":"TestDisk","Output":"--- SKIP: TestDisk (0.00s)\n"}
{"Action":"skip","Package":"holdfast/a","Test":"TestDisk","Elapsed":0}
`
	fail = `{"Action":"output","Package":"holdfast/a","Test":"TestBad","Output":"=== RUN   TestBad\n"}
{"Action":"output","Package":"holdfast/a","Test":"TestBad","Output":"    a_test.go:5: got 1\n"}
{"Action":"fail","Package":"holdfast/a","Test":"TestBad","Elapsed":0}
{"Action":"output","Package":"holdfast/a","Output":"FAIL\n"}
{"Action":"fail","Package":"holdfast/a","Elapsed":0.5}
`
	broken = `{"ImportPath":"holdfast/b [holdfast/b.test]","Action":"build-output","Output":"b.go:3: undefined: x\n"}
{"ImportPath":"holdfast/b [holdfast/b.test]","Action":"build-fail"}
{"Action":"start","Package":"holdfast/b"}
{"Action":"output","Package":"holdfast/b","Output":"FAIL\tholdfast/b [build failed]\n"}
{"Action":"fail","Package":"holdfast/b","Elapsed":0,"FailedBuild":"holdfast/b [holdfast/b.test]"}
`
	crash = `{"Action":"run","Package":"holdfast/a","Test":"TestLoop"}
{"Action":"output","Package":"holdfast/a","Test":"TestLoop","Output":"panic: boom\n"}
{"Action":"fail","Package":"holdfast/a","Elapsed":0.5}
`
	empty = `{"Action":"start","Package":"holdfast/c"}
{"Action":"output","Package":"holdfast/c","Output":"?   \tholdfast/c\t[no test files]\n"}
{"Action":"skip","Package":"holdfast/c","Elapsed":0}
`
)

func TestARunIsReported(t *testing.T) {
	tests := map[string]struct {
		in   string
		ci   bool
		exit int
		want string
	}{
		"all passed":              {start + pass + ended + empty, true, 0, "ok  holdfast/a  1 tests  1.23s\n1 passed, 0 failed, 0 skipped\n"},
		"a skip is told":          {start + pass + skip + ended, false, 0, "ok  holdfast/a  2 tests  1.23s\nSKIP holdfast/a TestDisk: disk_test.go:9: strace is not installed\n1 passed, 0 failed, 1 skipped\n"},
		"a skip fails in CI":      {start + pass + skip + ended, true, 1, "ok  holdfast/a  2 tests  1.23s\nSKIP holdfast/a TestDisk: disk_test.go:9: strace is not installed\n1 passed, 0 failed, 1 skipped\nCI=true: a skipped test is a failed run.\n"},
		"a failure is shown":      {start + pass + fail, false, 1, "FAIL  holdfast/a  2 tests  500ms\nFAIL holdfast/a TestBad\n        a_test.go:5: got 1\n1 passed, 1 failed, 0 skipped\n"},
		"a broken build is shown": {start + pass + ended + broken, false, 1, "ok    holdfast/a  1 tests  1.23s\nFAIL  holdfast/b  0 tests  0s\nFAIL holdfast/b\n    FAIL\tholdfast/b [build failed]\n    b.go:3: undefined: x\n1 passed, 1 failed, 0 skipped\n"},
		"a crash is shown":        {start + pass + crash, false, 1, "FAIL  holdfast/a  1 tests  500ms\nFAIL holdfast/a\nFAIL holdfast/a TestLoop did not end\n    panic: boom\n1 passed, 1 failed, 0 skipped\n"},
		"a torn stream":           {start + pass, false, 1, "1 passed, 0 failed, 0 skipped\nthe run ended before holdfast/a did\n"},
		"nothing at all":          {"", false, 1, "0 passed, 0 failed, 0 skipped\nno test has run\n"},
		"only packages without":   {empty, false, 1, "0 passed, 0 failed, 0 skipped\nno test has run\n"},
		"lines that are no event": {"ld: warning\n" + start + pass + ended, false, 0, "ld: warning\nok  holdfast/a  1 tests  1.23s\n1 passed, 0 failed, 0 skipped\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			exit := run(strings.NewReader(test.in), &out, test.ci)
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if exit != test.exit {
				t.Errorf("exit %d, want %d", exit, test.exit)
			}
		})
	}
}
