package plan

import (
	"fmt"
	"strings"
)

// Reference returns docs/plan.md: every file of a plan with its keys.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, p := range Parts() {
		fmt.Fprintf(&b, "\n## `%s`\n\n%s\n", p.File, strings.ReplaceAll(p.Holds, "docs/policy.md", "[docs/policy.md](policy.md)"))
		switch {
		case p.List != "":
			fmt.Fprintf(&b, "\nThe file has one key, `%s`: a list of mappings with these keys.\n", p.List)
		case len(p.Keys) == 0:
			continue
		}
		b.WriteString("\n| Key | Value | What it says |\n| --- | --- | --- |\n")
		writeKeys(&b, "", p.Keys)
	}
	b.WriteString(referenceTail)
	return b.String()
}

func writeKeys(b *strings.Builder, prefix string, keys []Key) {
	for _, k := range keys {
		name, needed := "`"+prefix+k.Name+"`", ""
		if k.Required {
			needed = " (needed)"
		}
		fmt.Fprintf(b, "| %s%s | %s | %s |\n", name, needed, cell(k.Takes), cell(k.Doc))
		below := prefix + k.Name
		if k.List {
			below += "[]"
		}
		writeKeys(b, below+".", k.Keys)
	}
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

const referenceHead = "# The files of a plan\n\n" +
	"Generated from the code; `make docs` writes it anew. [examples/northbridge](../examples/northbridge/README.md) is a whole plan to copy from.\n\n" +
	"A plan is a folder. `holdfast plan check DIR` reads all of it and reports everything that is wrong at once, each finding with its file, line and column, a stable [code](errors.md#findings-of-holdfast-plan-check) and what to do; `--json` prints the same for machines. It ends with 0 when the plan can be used, with 1 when a finding is an error, and with 2 when the folder cannot be read.\n\n" +
	"- An unknown key is an error: a typo in an RTO must not pass in silence.\n" +
	"- A duration has its unit: `90s`, `5m`, `1h30m`, `2d`. A bare number is `E_DURATION`.\n" +
	"- Money has its currency: `60000 EUR`, or `{amount: 60000, currency: EUR}`. A bare number is `E_UNIT`. Amounts of one process are in one currency.\n" +
	"- An instant has its offset: `2026-10-30T18:00:00Z`. Without one it is `E_ZONE`. Where a rule counts days a date alone will do: it is that day in the plan's zone.\n" +
	"- A secret never stands in a plan, only where it lies: `vault:kv/db/payments#password`.\n" +
	"- Files are UTF-8. YAML aliases and tags are not read, so that no file can grow while it is. A file has at most 1 MiB; a plan at most 64 MiB and 20,000 files; links that lead out of it are refused.\n\n" +
	"## In an editor\n\n" +
	"`holdfast plan schema` lists the kinds of files and `holdfast plan schema service` prints the JSON Schema of one; they are in [docs/schema](schema) too. Editors that speak YAML complete and check with it when the first line of a file says where it is:\n\n" +
	"```yaml\n# yaml-language-server: $schema=../schema/service.json\nid: payments-api\n```\n\n" +
	"The schema knows one file at a time. Whether a name exists in another, whether levels fall or a window loosens, only `plan check` says.\n"

const referenceTail = "\n## Files that are not YAML\n\n" +
	"| File | What it holds |\n| --- | --- |\n" +
	"| `holidays/NAME.txt` | Days on which no business is done: a date a line such as `2026-12-25`, `#` before a comment, and one line `until 2027-12-31` that says up to when the list speaks. Beyond that day nothing is counted. |\n" +
	"| `scripts/*` | The programs that playbooks run. A playbook names the SHA-256 of the file that was reviewed; another one is `E_SCRIPT_DRIFT`. |\n" +
	"| `templates/*.md` | Message templates that replace the shipped ones of the same name; [how they are written](../templates/README.md). |\n" +
	"| `scenarios/*.txt` | [Rehearsals](rehearse.md), run with `holdfast rehearse`. The check does not read them. |\n\n" +
	"What needs a clock, `plan check` looks at as of now, or as of `--at 2026-11-22T10:00:00Z`: playbooks that were not reviewed for longer than the setting `playbook.review`, contacts of vendors that were not tried for longer than `vendor.verify`, and things said to be done on a day that has not come.\n"
