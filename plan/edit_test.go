package plan

import (
	"testing"

	"holdfast/internal/fault"
)

func TestOneValueOfAFileIsChangedAndNothingElse(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a plain line", "id: crm\nrto: 24h\nteam: it\n", "id: crm\nrto: 8h\nteam: it\n"},
		{"a comment behind it", "rto: 24h  # since the audit\nowners: [a]\n", "rto: 8h  # since the audit\nowners: [a]\n"},
		{"the same word deeper down", "deps:\n  - rto: 1h\nrto: 24h\n", "deps:\n  - rto: 1h\nrto: 8h\n"},
		{"a quoted value", "rto: \"24h\"\n", "rto: 8h\n"},
		{"Windows line ends", "id: crm\r\nrto: 24h\r\nteam: it\r\n", "id: crm\r\nrto: 8h\r\nteam: it\r\n"},
		{"no line end", "rto: 24h", "rto: 8h"},
	} {
		got, err := WithValue([]byte(c.text), "rto", "8h")
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

func TestAFileThatWritesItOtherwiseIsLeftToPeople(t *testing.T) {
	for _, text := range []string{"", "id: crm\n", "{id: crm, rto: 24h}\n", "rto: *usual\n", "rto: |\n  24h\n", "rto:\n  24h\n", "rto: 1h\nrto: 2h\n", "# rto: 24h\n"} {
		if got, err := WithValue([]byte(text), "rto", "8h"); fault.CodeOf(err) != fault.NotOpen {
			t.Errorf("%q becomes %q, %v", text, got, err)
		}
	}
}
