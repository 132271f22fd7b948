package webhook

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestWhatIsReadAsAnID(t *testing.T) {
	for sentence, test := range map[string]struct{ body, id, why string }{
		"a name":                            {`{"id":"PG-1"}`, "PG-1", ""},
		"a name among other things":         {` {"ok":true,"id":"7f:3/a b","n":1}` + "\n", "7f:3/a b", ""},
		"nothing at all":                    {``, "", "is no JSON object"},
		"a page of a proxy":                 {`<html>Welcome</html>`, "", "is no JSON object"},
		"an answer cut short":               {`{"id":"PG-1`, "", "is no JSON object"},
		"two answers":                       {`{"id":"PG-1"}{"id":"PG-2"}`, "", "is no JSON object"},
		"JSON of another kind":              {`"PG-1"`, "", "is no JSON object"},
		"null":                              {`null`, "", "is no JSON object"},
		"a list":                            {`[{"id":"PG-1"}]`, "", "is no JSON object"},
		"a number":                          {`{"id":7}`, "", "is no JSON object"},
		"no name":                           {`{"ok":true}`, "", "has no id"},
		"an empty name":                     {`{"id":""}`, "", "has no id"},
		"a name of blanks":                  {`{"id":"  "}`, "", "has no id"},
		"a name that is null":               {`{"id":null}`, "", "has no id"},
		"a name longer than it is good for": {`{"id":"` + strings.Repeat("x", 201) + `"}`, "", "more than 200 bytes"},
		"a name of two lines":               {`{"id":"PG-1\nPG-2"}`, "", "not one line"},
		"a name that turns text around":     {`{"id":"PG-1\u202e"}`, "", "not one line"},
		"a name with a blank before it":     {`{"id":" PG-1"}`, "", "not one line"},
		"a name of broken UTF-8":            {"{\"id\":\"PG-\xff\"}", "", "not one line"},
		"a secret":                          {`{"id":"password=hunter2"}`, "", "looks like a secret"},
	} {
		t.Run(sentence, func(t *testing.T) {
			id, err := readID([]byte(test.body))
			if id != test.id || (err == nil) != (test.why == "") || err != nil && !strings.Contains(err.Error(), test.why) {
				t.Errorf("got %q, %v", id, err)
			}
		})
	}
}

// Whatever an endpoint answers gives either a name that can be stored and
// shown, or a reason in one line.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{`{"id":"PG-1"}`, `{"error":"no team app"}`, `{"id":1}`, `{"id":null}`, `null`, `[]`, ``, `<html>`,
		`{"id":"\u202ePG"}`, `{"id":"a\nb"}`, `{"ID":"x"}`, `{"id":"\ud800"}`, `{"id":"xoxb-1234567890-abc"}`, `{"id":"a","id":"b"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		id, err := readID(body)
		if (id == "") != (err != nil) {
			t.Fatalf("%q gives %q and %v", body, id, err)
		}
		text := id
		if err != nil {
			text = err.Error()
		}
		if !utf8.ValidString(text) || len(text) > longestID || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == '\u202e' }) {
			t.Errorf("%q gives %q", body, text)
		}
		if _, err := read(body); err != nil && id != "" {
			t.Errorf("%q has an id and cannot be read: %v", body, err)
		}
	})
}
