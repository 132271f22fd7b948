package plan

import (
	"bytes"
	"regexp"
	"strings"

	"holdfast/internal/fault"
)

// WithValue returns the text of a plan's file in which the value of a key at the
// top of its one document is another. Everything else stays as it was written,
// comments too. A file that does not write the key on a line of its own is
// refused with E_NOT_OPEN: somebody edits it by hand.
func WithValue(text []byte, key, value string) ([]byte, error) {
	line := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(key) + `:[ \t]+([^#\s][^#\r\n]*?)([ \t]*(?:#[^\r\n]*)?)(\r?)$`)
	at := line.FindAllSubmatchIndex(text, -1)
	if len(at) != 1 || strings.ContainsAny(string(text[at[0][2]:at[0][3]]), "&*|>{}[]") {
		return nil, fault.Newf(fault.NotOpen, "Edit it by hand.", "The file does not say `%s:` on one line of its own.", key)
	}
	return bytes.Join([][]byte{text[:at[0][2]], []byte(value), text[at[0][3]:]}, nil), nil
}
