package rehearse

import (
	"fmt"
	"regexp"
	"strings"
)

// The checks. Those on events see what has happened since the previous act.
type (
	// ExpectEvents counts events of one kind.
	ExpectEvents struct {
		Ever  bool // over the whole run
		Count int  // exactly this many; AtLeastOne for any
		Kind  EventKind
		To    string // empty: anybody, but a reply's is the last actor
		Match Match
	}
	// ExpectOutcome is about the last command: accepted, or refused with Code.
	ExpectOutcome struct{ Code string }
	// ExpectFacts looks at a whole journal.
	ExpectFacts struct {
		Journal string
		How     string // has, lacks or count
		Fact    string
		Fields  []Field // paths into the fact's data
		Count   int
	}
	// ExpectState looks at what a journal adds up to.
	ExpectState struct {
		Journal string
		Path    Path
		Absent  bool
		Match   Match
	}
	// ExpectVerify checks a journal's chain.
	ExpectVerify struct{ Journal string }
	// ExpectPending counts the effects that are not over, in all journals.
	ExpectPending struct{ Count int }
	// ExpectFile looks into an exported file.
	ExpectFile struct {
		File  string
		Match Match
	}
)

// AtLeastOne is the Count of a check that says no number.
const AtLeastOne = -1

// Match is what a text must be. The zero value matches every text.
type Match struct {
	re    *regexp.Regexp
	src   string
	text  string
	exact bool
}

// matching returns a match of an unanchored RE2 expression in which a dot
// also matches the end of a line.
func matching(src string) (Match, error) {
	re, err := regexp.Compile("(?s)" + src)
	return Match{re: re, src: src}, err
}

// equal returns a match of a text, blanks around it aside.
func equal(text string) Match { return Match{text: text, exact: true} }

// Holds reports whether the text is what is expected.
func (m Match) Holds(text string) bool {
	switch {
	case m.re != nil:
		return m.re.MatchString(text)
	case m.exact:
		return strings.TrimSpace(text) == strings.TrimSpace(m.text)
	}
	return true
}

// String writes the match as it follows in a check, with a blank before it.
func (m Match) String() string {
	switch {
	case m.re != nil:
		return " ~ " + m.src
	case m.exact:
		return " = " + bareText(m.text)
	}
	return ""
}

func (e ExpectEvents) String() string {
	s := "expect "
	if e.Ever {
		s += "ever "
	}
	switch {
	case e.Count == 0:
		s += "not "
	case e.Count > 0:
		s += fmt.Sprintf("exactly %d ", e.Count)
	}
	return s + string(e.Kind) + spaced(e.To) + e.Match.String()
}

func (e ExpectOutcome) String() string {
	if e.Code == "" {
		return "expect ok"
	}
	return "expect error " + e.Code
}

func (e ExpectFacts) String() string {
	s := "expect journal " + e.Journal + " " + e.How + " " + e.Fact
	if e.How == "count" {
		return s + fmt.Sprintf(" = %d", e.Count)
	}
	for _, f := range e.Fields {
		s += " " + f.String()
	}
	return s
}

func (e ExpectState) String() string {
	s := "expect state " + e.Journal + " " + e.Path.String()
	if e.Absent {
		return s + " absent"
	}
	return s + e.Match.String()
}

func (e ExpectVerify) String() string  { return "expect verify " + e.Journal + " ok" }
func (e ExpectPending) String() string { return fmt.Sprintf("expect pending %d", e.Count) }
func (e ExpectFile) String() string {
	return "expect file " + wordOrString(e.File) + e.Match.String()
}

func (ExpectEvents) check()  {}
func (ExpectOutcome) check() {}
func (ExpectFacts) check()   {}
func (ExpectState) check()   {}
func (ExpectVerify) check()  {}
func (ExpectPending) check() {}
func (ExpectFile) check()    {}
