package config

import (
	"fmt"
	"strings"
)

// Reference returns docs/configuration.md: every setting with its variable,
// default and meaning.
func Reference() string {
	var b strings.Builder
	b.WriteString("# Configuration of the server\n\n" +
		"Generated from the code; `make docs` writes it anew.\n\n" +
		"`holdfast serve --config holdfast.yaml` reads one YAML file; the parts of a key may be nested. The environment goes before the file: a setting's variable is named below. " +
		"An unknown key, a secret in the file, or a value that does not fit is refused with file and line before anything starts.\n\n" +
		"```yaml\nplan:\n  dir: plan\nstore:\n  url: redis://holdfast@redis.internal:6379\n  password: file:/run/secrets/redis\nkeys:\n  dir: /etc/holdfast/keys\napi:\n  tokens: /etc/holdfast/tokens\n```\n\n" +
		"A secret is never a value: it is referred to as `env:NAME`, `file:PATH` (a file that others may not read) or `exec:COMMAND` (its output; no shell). " +
		"In the environment, the setting's own variable may hold the secret itself.\n\n" +
		"| Setting | Variable | Default | Value | What it does |\n| --- | --- | --- | --- | --- |\n")
	for _, s := range Settings() {
		def := "none"
		if s.Default != "" {
			def = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s |\n", s.Key, Variable(s.Key), def, s.Expects, s.Says)
	}
	return b.String()
}
