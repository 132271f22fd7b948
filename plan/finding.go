package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Level says how much a finding matters.
type Level string

const (
	Error   Level = "error"   // the plan cannot be used
	Warning Level = "warning" // the plan is used, but something in it is probably not meant
	Note    Level = "note"    // worth knowing
)

// Finding is one thing that is wrong or worth knowing about a plan.
type Finding struct {
	Code    string `json:"code"` // stable, see Codes
	Level   Level  `json:"level"`
	File    string `json:"file"`   // relative to the plan's folder, with slashes
	Line    int    `json:"line"`   // from 1; 0 when the finding is about the whole file
	Column  int    `json:"column"` // from 1; 0 when it is about the whole line
	Message string `json:"message"`
	Fix     string `json:"fix"` // what to do; may be empty
}

// String writes a finding as compilers do, so that editors can jump to it.
func (f Finding) String() string {
	return f.render(func(_ Level, s string) string { return s })
}

func (f Finding) render(paint func(Level, string) string) string {
	at := f.File
	if f.Line > 0 {
		at += fmt.Sprintf(":%d", f.Line)
		if f.Column > 0 {
			at += fmt.Sprintf(":%d", f.Column)
		}
	}
	s := fmt.Sprintf("%s: %s %s: %s", at, paint(f.Level, string(f.Level)), f.Code, f.Message)
	if f.Fix != "" {
		s += " " + f.Fix
	}
	return s
}

// HasErrors reports whether a finding makes the plan unusable.
func HasErrors(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Level == Error })
}

// ExitCode is what `holdfast plan check` ends with: 0 without errors, 1 with,
// 2 when the plan's folder itself could not be read.
func ExitCode(findings []Finding) int {
	switch {
	case slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == codeUnreadable && f.File == "." }):
		return 2
	case HasErrors(findings):
		return 1
	}
	return 0
}

// WriteFindings writes one line a finding and a closing line that counts them.
func WriteFindings(w io.Writer, findings []Finding, color bool) error {
	paint := func(_ Level, s string) string { return s }
	if color {
		codes := map[Level]string{Error: "\x1b[1;31m", Warning: "\x1b[1;33m", Note: "\x1b[1;36m"}
		paint = func(l Level, s string) string { return codes[l] + s + "\x1b[0m" }
	}
	var b strings.Builder
	counts := map[Level]int{}
	for _, f := range findings {
		counts[f.Level]++
		b.WriteString(f.render(paint) + "\n")
	}
	fmt.Fprintf(&b, "%s, %s, %s\n", counted(counts[Error], "error"), counted(counts[Warning], "warning"), counted(counts[Note], "note"))
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteFindingsJSON writes the findings as a JSON array, [] when there is none.
func WriteFindingsJSON(w io.Writer, findings []Finding) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if findings == nil {
		findings = []Finding{}
	}
	return enc.Encode(findings)
}

func counted(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// Sorted returns findings of several checks as Load orders its own: by place,
// exact repeats once.
func Sorted(findings []Finding) []Finding { return sorted(slices.Clone(findings)) }

// sorted orders findings by place and drops exact repeats.
func sorted(findings []Finding) []Finding {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(findings)
}
