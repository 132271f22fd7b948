package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// ExitStates lists what a script's exit code may say.
var ExitStates = []string{"done", "precondition", "partial", "refused", "failed"}

// usualExit is the contract of a script that states none.
func usualExit() map[int]string {
	return map[int]string{0: "done", 10: "precondition", 20: "partial", 30: "refused"}
}

var sumForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

var scriptFields = []field[playbookDraft]{
	{"path", true, "The program, in scripts/.", takesOwn(form{says: "a path such as scripts/db-failover", schema: pattern(`^scripts/.+$`)}, readScriptPath)},
	{"sha256", true, "The sum of the file that was reviewed.", takesOwn(form{says: "64 hex digits", schema: pattern(sumForm.String())}, readSum)},
	{"args", false, "What it is called with.", takesTexts(func(p *playbookDraft) *[]string { return &p.Script.Args })},
	{"pre", false, "What has to hold before it may run.", takesTexts(func(p *playbookDraft) *[]string { return &p.Script.Pre })},
	{"dry_run", false, "Whether it can show what it would do.", takesFlag(func(p *playbookDraft) *bool { return &p.Script.DryRun })},
	{"timeout", true, "After how long its outcome counts as unknown.", takesOwn(aDuration.ask(codeTimeout), func(d document, n *yaml.Node, p *playbookDraft) { p.Script.Timeout, _ = d.span(n) })},
	{"exit", false, "What its exit codes say; other codes say failed. When it is missing: 0 done, 10 precondition, 20 partial, 30 refused.", takesOwn(exitForm, readExit)},
	{"idempotent", false, "Whether it may be run again after an unknown outcome.", takesFlag(func(p *playbookDraft) *bool { return &p.Script.Idempotent })},
	{"manual_steps", true, "How people do the same by hand.", takesOwn(listOf(mappingOf(stepFields)).ask(codeNoOverride), func(d document, n *yaml.Node, p *playbookDraft) {
		if d.is(n, yaml.SequenceNode, "a list of steps") && len(n.Content) == 0 {
			d.report(Error, codeNoOverride, d.at(n), "Add the steps by which people do the same.", "The script has no manual twin.")
			return
		}
		p.Script.ManualSteps, p.facts = readSteps(d, n, p.facts)
	})},
}

var exitForm = form{says: "a mapping of exit codes to " + strings.Join(ExitStates, ", "),
	schema: map[string]any{"type": "object", "additionalProperties": map[string]any{"enum": anySlice(ExitStates)}}}

func readScript(d document, n *yaml.Node, p *playbookDraft) {
	p.Script, p.scriptAt = &Script{}, d.at(n)
	readFields(d, n, "a script", scriptFields, p)
	if p.Script.Exit == nil {
		p.Script.Exit = usualExit()
	}
	if p.Script.Path == "" {
		return
	}
	is, ok := d.program(p.Script.Path)
	if sum := hex.EncodeToString(is[:]); ok && p.Script.SHA256 != "" && sum != p.Script.SHA256 {
		d.report(Error, codeDrift, d.places[d.path+".sha256"], "Review it, then write sha256: "+sum+".",
			"%s is not the file that was reviewed: its sum differs.", p.Script.Path)
	}
}

func readScriptPath(d document, n *yaml.Node, p *playbookDraft) {
	if !d.is(n, yaml.ScalarNode, "a path") {
		return
	}
	if !strings.HasPrefix(n.Value, "scripts/") || !fs.ValidPath(n.Value) {
		d.report(Error, codeValue, d.at(n), "Put it into scripts/ of the plan and write scripts/NAME.", "%q does not lie in scripts/.", shown(n.Value))
		return
	}
	p.Script.Path = n.Value
}

func readSum(d document, n *yaml.Node, p *playbookDraft) {
	if !d.is(n, yaml.ScalarNode, "a sum") {
		return
	}
	if !sumForm.MatchString(n.Value) {
		d.report(Error, codeValue, d.at(n), "Write what sha256sum prints for the file.", "%q is no sum of SHA-256.", shown(n.Value))
		return
	}
	p.Script.SHA256 = n.Value
}

func readExit(d document, n *yaml.Node, p *playbookDraft) {
	if !d.is(n, yaml.MappingNode, "a mapping of exit codes to states") {
		return
	}
	p.Script.Exit = map[int]string{}
	d.pairs(n, func(key string, k, v *yaml.Node) {
		code, err := strconv.Atoi(key)
		switch {
		case !d.filled(k, v):
		case err != nil || code < 0 || code > 255 || strconv.Itoa(code) != key:
			d.report(Error, codeValue, d.at(k), "Write a number from 0 to 255.", "%q is no exit code.", shown(key))
		default:
			if state := d.choice(v, codeValue, "state", ExitStates); state != "" {
				p.Script.Exit[code] = state
			}
		}
	})
	if state, given := p.Script.Exit[0]; given && state != "done" {
		d.report(Error, codeValue, d.at(n), "Let 0 say done.", "The exit code 0 says %s.", state)
	}
}

// program returns the sum of a script's bytes.
func (l *loader) program(name string) (sum [sha256.Size]byte, ok bool) {
	raw, ok := l.bytes(name, true)
	if !ok {
		return sum, false
	}
	fmt.Fprintf(l.digest, "%s\x00%d\x00%s", name, len(raw), raw)
	if utf8.Valid(raw) {
		l.findSecrets(name, string(raw))
	}
	return sha256.Sum256(raw), true
}

// readOtherScripts looks for secrets in the programs that no playbook runs, and
// points at them when all playbooks could be read.
func (l *loader) readOtherScripts(unread bool) {
	run := map[string]bool{}
	for _, p := range l.playbooks {
		if p.Script != nil {
			run[p.Script.Path] = true
		}
	}
	for _, name := range l.tree("scripts", "") {
		if run[name] {
			continue
		}
		if raw, ok := l.bytes(name, true); ok && utf8.Valid(raw) {
			l.findSecrets(name, string(raw))
		}
		if !unread {
			l.report(Note, codeIgnored, Place{File: name}, "", "No playbook runs it.")
		}
	}
}
