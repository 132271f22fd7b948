package inslack

import (
	"encoding/json"
	"testing"

	standin "holdfast/rehearse/standin/slack"
)

func TestAMessageReadsAsInTheTerminal(t *testing.T) {
	c := &chat{cast: cast{people: map[string]string{"U0ALICE01": "alice"}}}
	for name, test := range map[string]struct{ blocks, want string }{
		"a header and a line": {`[{"type":"header","text":{"type":"plain_text","text":"INC-1 SEV1"}},{"type":"section","text":{"type":"plain_text","text":"as <written> & *kept*"}}]`,
			"INC-1 SEV1\nas <written> & *kept*"},
		"fields":       {`[{"type":"section","fields":[{"type":"mrkdwn","text":"*State*\nopen"},{"type":"mrkdwn","text":"*Impact*\none\ntwo"}]}]`, "State: open\nImpact: one\n  two"},
		"a list":       {`[{"type":"section","text":{"type":"mrkdwn","text":"*Tasks*\n• ☐ x\n2. y\n\u2003☑ z"}}]`, "Tasks\n- - [ ] x\n2. y\n  - [x] z"},
		"marks":        {`[{"type":"section","text":{"type":"mrkdwn","text":"*bold* _slanted_ ` + "`a_*b*`" + ` payments_api ∗kept∗ &lt;x&gt;"}}]`, "bold slanted a_*b* payments_api *kept* <x>"},
		"people":       {`[{"type":"section","text":{"type":"mrkdwn","text":"<@U0ALICE01> and <@U0NOBODY1>"}}]`, "@alice and @u0nobody1"},
		"links":        {`[{"type":"context","elements":[{"type":"mrkdwn","text":"<https://x.example/a|the record>, <https://x.example>"}]}]`, "the record (https://x.example/a), https://x.example"},
		"two rows":     {`[{"type":"actions","elements":[{"type":"button","action_id":"run-0","value":"a","text":{"type":"plain_text","text":"A"}}]},{"type":"actions","elements":[{"type":"button","action_id":"run-1","value":"b","text":{"type":"plain_text","text":"B"}}]}]`, "[A] [B]"},
		"a divider":    {`[{"type":"divider"}]`, "---"},
		"a fixed text": {`[{"type":"section","text":{"type":"mrkdwn","text":"` + "```\\n*x* &lt;y\\n```" + `"}}]`, "*x* <y"},
	} {
		if got := c.plain(standin.Message{Blocks: json.RawMessage(test.blocks)}); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if got := c.plain(standin.Message{Text: "said &amp; done"}); got != "said & done" {
		t.Errorf("without blocks: %q", got)
	}
}

func TestATableReadsAsRows(t *testing.T) {
	drawn := "┌───────┬─────────┐\n│ Id    │ Title   │\n├───────┼─────────┤\n│ INC-1 │ ledger  │\n│       │ stuck   │\n│ INC-2 │ x       │\n└───────┴─────────┘"
	if got := table(drawn); got != "Id | Title\nINC-1 | ledger stuck\nINC-2 | x" {
		t.Errorf("%q", got)
	}
	if got := table("a │ b"); got != "a │ b" {
		t.Errorf("%q", got)
	}
}
