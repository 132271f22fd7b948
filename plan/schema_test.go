package plan

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// witness compiles a schema with somebody else's reader of JSON Schema.
func witness(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, ok := Schema(name)
	if !ok {
		t.Fatalf("there is no schema %q", name)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name+".json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asEditorsRead decodes YAML as editors do: what looks like a date is a text.
func asEditorsRead(t *testing.T, text []byte) any {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var value func(n *yaml.Node) any
	value = func(n *yaml.Node) any {
		switch n.Kind {
		case yaml.MappingNode:
			all := map[string]any{}
			for i := 0; i+1 < len(n.Content); i += 2 {
				all[n.Content[i].Value] = value(n.Content[i+1])
			}
			return all
		case yaml.SequenceNode:
			all := []any{}
			for _, item := range n.Content {
				all = append(all, value(item))
			}
			return all
		}
		var v any
		if n.Tag == "!!timestamp" {
			return n.Value
		}
		if err := n.Decode(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	return value(root.Content[0])
}

// partOf returns the part that a file of the plan is of; ok is false for what
// is no YAML.
func partOf(file string) (part Part, ok bool) {
	for _, p := range Parts() {
		pattern := strings.Replace(p.File, "**/*", "*", 1)
		name := file
		if dir, below, _ := strings.Cut(file, "/"); dir == "playbooks" {
			name = "playbooks/" + path.Base(below)
		}
		if match, _ := path.Match(pattern, name); match {
			return p, true
		}
	}
	return Part{}, false
}

func TestEveryFileOfTheExamplePlanKeepsItsSchema(t *testing.T) {
	seen := map[string]int{}
	for _, dir := range []string{"../examples/northbridge", "testdata/base"} {
		err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
			p, ok := partOf(name)
			if err != nil || e.IsDir() || !ok {
				return err
			}
			seen[p.Name]++
			text, err := os.ReadFile(dir + "/" + name)
			if err != nil {
				return err
			}
			if err := witness(t, p.Name).Validate(asEditorsRead(t, text)); err != nil {
				t.Errorf("%s/%s: %v", dir, name, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range Parts() {
		if seen[p.Name] == 0 {
			t.Errorf("no file of the example plan is a %s", p.Name)
		}
	}
}

func TestASchemaRefusesWhatTheLoaderRefuses(t *testing.T) {
	for _, test := range []struct{ part, text, at string }{
		{"service", "{id: db, tier: 1, rto: 90, team: dba}", "/rto"},
		{"service", "{id: db, tier: 7, rto: 1h, team: dba}", "/tier"},
		{"service", "{id: db, tier: 1, rto: 1h, team: dba, rot: 2h}", "rot"},
		{"service", "{id: db, rto: 1h, team: dba}", "tier"},
		{"service", "{id: db, tier: 1, rto: 1h, team: dba, deps: [{to: san, kind: firm}]}", "/deps/0"},
		{"process", "{id: pay, owner: dan, services: [db], data_loss_per_hour: 15000}", "/data_loss_per_hour"},
		{"process", "{id: pay, owner: dan, services: [db], levels: {money: [1]}}", "invalid propertyName 'money'"},
		{"process", "{id: pay, owner: dan, services: [db], levels: {safety: [5]}}", "/levels/safety/0"},
		{"windows", "windows: [{id: a, services: [db], rto: 1h, start: 2026-10-30T18:00:00, end: 2026-10-31T18:00:00Z}]", "/windows/0/start"},
		{"windows", "windows: [{id: a, services: [db], rto: 1h, daily: 8-18}]", "/windows/0/daily"},
		{"playbook", "{id: a, owner: dan, reviewed_at: 2026-10-01, steps: [{id: 1, do: Look}]}", "/steps/0"},
		{"playbook", "{id: a, owner: dan, reviewed_at: 2026-10-01, steps: [{id: 1, do: Look, timeout: 1m, credential_ref: hunter2 x}]}", "/steps/0/credential_ref"},
		{"playbook", "{id: a, owner: dan, reviewed_at: 2026-10-01, script: {path: scripts/x, sha256: 12, timeout: 1m}}", "/script"},
		{"vendor", "{id: acme, contract: {ref: C, term_end: 2028-01-01, notice_days: 90, clauses: {escrow: true}}}", "/contract/clauses/escrow"},
		{"vendor", "{id: acme, levels: [{who: Desk, wait: 15m}]}", "/levels/0"},
		{"regimes", "regimes: [{id: gdpr, in_scope: maybe, declared_by: dan, declared_at: 2026-01-01}]", "/regimes/0/in_scope"},
		{"exercise", "{id: x, type: party, services: [], scenario: s, participants: [], duration: 1h}", "/type"},
		{"people", "people: [{id: alice, groups: [bosses]}]", "/people/0/groups/0"},
		{"policy", "tier_rto_ceiling: {t1: 120}", "/tier_rto_ceiling/t1"},
		{"policy", "team_slots: {dba: 0}", "/team_slots/dba"},
		{"policy", "pages: {severity: 2}", "pages"},
	} {
		err := witness(t, test.part).Validate(asEditorsRead(t, []byte(test.text)))
		if err == nil || !strings.Contains(err.Error(), test.at) {
			t.Errorf("%s %s: %v, want a refusal that names %s", test.part, test.text, err, test.at)
		}
	}
}

func TestTheSchemaOfThePolicyTakesKeysNestedAndDotted(t *testing.T) {
	schema := witness(t, "policy")
	for _, text := range []string{
		"cadence.exec.sev1: 30m", "cadence: {exec.sev1: 30m}", "cadence: {exec: {sev1: none}}",
		"page: {command: team:duty}", "page: {command: {escalate: \"@alice\"}}", "page.command.escalate: \"@alice\"",
		"criteria: {quorum: 2/3, hold: 10m}", "bia: {points: [1h, 4h]}", "mail: {exec: [a@b.example]}",
	} {
		if err := schema.Validate(asEditorsRead(t, []byte(text))); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestEveryKeyOfAPlanIsExplained(t *testing.T) {
	var check func(where string, keys []Key)
	check = func(where string, keys []Key) {
		for _, k := range keys {
			if k.Takes == "" || !strings.HasSuffix(k.Doc, ".") || k.schema == nil {
				t.Errorf("%s%s is not explained: takes %q, %q", where, k.Name, k.Takes, k.Doc)
			}
			check(where+k.Name+".", k.Keys)
		}
	}
	for _, p := range Parts() {
		if len(p.Keys) == 0 && p.Name != "policy" {
			t.Errorf("%s has no keys", p.Name)
		}
		check(p.Name+": ", p.Keys)
	}
}
