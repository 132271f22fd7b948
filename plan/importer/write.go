package importer

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"holdfast/plan"
)

// files writes the plan, one file a service and a process.
func (d *draft) files() map[string][]byte {
	files := map[string][]byte{}
	if len(d.services.all)+len(d.people.all)+len(d.processes.all) == 0 {
		return files
	}
	for _, ident := range d.services.ids() {
		s := d.services.all[ident]
		files["services/"+ident+".yaml"] = encode("Imported from "+s.source+".", s.node())
	}
	for _, ident := range d.processes.ids() {
		p := d.processes.all[ident]
		files["bia/"+ident+".yaml"] = encode("Imported from "+p.source+" and what follows there.", p.node())
	}
	var list []*yaml.Node
	for _, ident := range d.people.ids() {
		list = append(list, d.people.all[ident].node())
	}
	files["people.yaml"] = encode("Everybody the plan knows.", mapping().list("people", list, "TODO add everybody who may act or be told"))
	list = nil
	for _, ident := range d.teams.ids() {
		list = append(list, d.teams.all[ident].node())
	}
	files["teams.yaml"] = encode("Who is paged together.", mapping().list("teams", list, "TODO add who is paged together"))
	return files
}

func (s *draftService) node() *object {
	o := mapping().text("id", s.id)
	if s.name != s.id {
		o.text("name", s.name)
	}
	o.optional("kind", s.kind)
	o.value("tier", s.tier).value("rto", s.rto).value("rpo", s.rpo).value("recovery_work", s.work).value("team", s.team)
	o.strings("owners", s.owners, s.ownersTodo)
	var deps []*yaml.Node
	for _, dep := range s.deps {
		x := mapping().text("to", dep.to)
		if dep.kind == "" {
			x.n.Content[1].LineComment = "TODO kind: hard, soft, data or startup; it counts as hard"
		} else {
			x.text("kind", dep.kind)
		}
		deps = append(deps, x.optional("because", dep.because).done())
	}
	if len(deps) > 0 {
		o.list("deps", deps, "")
	}
	if s.depsTodo != "" {
		o.remark("TODO deps: " + s.depsTodo)
	}
	return o
}

func (p *draftPerson) node() *yaml.Node {
	o := mapping().text("id", p.id)
	if p.name != p.id {
		o.text("name", p.name)
	}
	o.strings("groups", p.groups, "")
	return o.optional("phone", p.phone).optional("mail", p.mail).optional("manager", p.manager).optional("zone", p.zone).optional("slack", p.slack).done()
}

func (t *draftTeam) node() *yaml.Node {
	o := mapping().text("id", t.id)
	if t.name != t.id {
		o.text("name", t.name)
	}
	if len(t.members) == 0 {
		o.remark("TODO members: the tables name nobody")
	}
	o.flow("members", slices.Compact(slices.Sorted(slices.Values(t.members))))
	return o.done()
}

func (p *draftProcess) node() *object {
	o := mapping().text("id", p.id)
	if p.name != p.id {
		o.text("name", p.name)
	}
	o.value("owner", p.owner)
	if len(p.services) == 0 {
		o.remark("TODO services: what the process cannot do without")
	} else {
		o.flow("services", p.services)
	}
	if p.when != (value{}) {
		o.value("assessed_at", p.when)
	}
	o.flow("points", p.points)
	if len(p.levels) > 0 {
		levels := mapping()
		for _, kind := range plan.ImpactTypes {
			if row := p.levels[kind]; row != nil {
				levels.levels(kind, row)
			}
		}
		o.put("levels", levels.done())
	}
	if p.limit.text != "" {
		o.value("unacceptable", p.limit)
	}
	return o.value("wrt", p.wrt)
}

// An object is a YAML mapping while it is written. What is not known becomes a
// comment before the next key, or at the end.
type object struct {
	n       *yaml.Node
	pending []string
}

func mapping() *object { return &object{n: &yaml.Node{Kind: yaml.MappingNode}} }

func (o *object) put(key string, v *yaml.Node) *object {
	k := &yaml.Node{Kind: yaml.ScalarNode, Value: key}
	k.HeadComment = strings.Join(o.pending, "\n")
	o.pending = nil
	o.n.Content = append(o.n.Content, k, v)
	return o
}

func (o *object) remark(text string) { o.pending = append(o.pending, text) }

func (o *object) done() *yaml.Node {
	o.n.FootComment = strings.Join(o.pending, "\n")
	o.pending = nil
	return o.n
}

func (o *object) text(key, s string) *object {
	return o.put(key, scalar(s, false))
}

func (o *object) optional(key, s string) *object {
	if s == "" {
		return o
	}
	return o.text(key, s)
}

// value puts what was read as a number, a duration or an id, or a TODO.
func (o *object) value(key string, v value) *object {
	if v.text == "" {
		if v.todo != "" {
			o.remark(fmt.Sprintf("TODO %s: %s", key, v.todo))
		}
		return o
	}
	return o.put(key, scalar(v.text, key == string(tier) || key == string(limit)))
}

// scalar is a number, or words that are quoted where YAML would take them for
// something else.
func scalar(s string, number bool) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: s}
	if !number {
		n.SetString(s)
	}
	return n
}

// levels puts the levels of one type of impact.
func (o *object) levels(key string, all []string) *object {
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range all {
		list.Content = append(list.Content, scalar(s, true))
	}
	return o.put(key, list)
}

func (o *object) flow(key string, all []string) *object {
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range all {
		list.Content = append(list.Content, scalar(s, false))
	}
	return o.put(key, list)
}

func (o *object) strings(key string, all []string, todo string) *object {
	if len(all) > 0 {
		o.flow(key, all)
	}
	if todo != "" {
		o.remark("TODO " + key + ": " + todo)
	}
	return o
}

func (o *object) list(key string, all []*yaml.Node, todo string) *object {
	n := &yaml.Node{Kind: yaml.SequenceNode, Content: all}
	if len(all) == 0 {
		n.Style = yaml.FlowStyle
		o.remark(todo)
	}
	return o.put(key, n)
}

func encode(head string, o *object) []byte {
	var b bytes.Buffer
	b.WriteString("# " + head + "\n")
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(o.done()); err != nil {
		panic("a plan could not be written as YAML: " + err.Error()) // every node is ours
	}
	e.Close()
	return b.Bytes()
}
