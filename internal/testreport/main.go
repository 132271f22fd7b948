// Command testreport reads what `go test -json` prints and says what a person
// wants to know: what failed and how, what was skipped and why, how long each
// package took, and one closing line. It exits 1 when a test or a build
// failed, when the stream ends early or holds no test, and, with CI=true, when
// anything was skipped.
package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	os.Exit(run(os.Stdin, os.Stdout, os.Getenv("CI") == "true"))
}

func run(in io.Reader, out io.Writer, skipsFail bool) int {
	s := newSuite()
	err := s.read(in)
	s.report(out)
	switch {
	case err != nil:
		fmt.Fprintln(out, err)
		return 1
	case s.bad():
		return 1
	case skipsFail && s.count[skipped] > 0:
		fmt.Fprintln(out, "CI=true: a skipped test is a failed run.")
		return 1
	}
	return 0
}
