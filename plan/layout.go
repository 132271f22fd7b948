package plan

// A Part is one kind of file of the plan.
type Part struct {
	Name  string // of its schema: "service"
	File  string // "services/*.yaml"
	Holds string // one sentence
	List  string // the one key of a file that holds a list; empty: the file is one mapping
	Keys  []Key  // of the mapping, or of each in the list; none for policy.yaml and what is no YAML
}

// Parts lists every kind of file of a plan, in the order of the docs.
func Parts() []Part {
	return []Part{
		{"service", "services/*.yaml", "One service a file: what has to be brought back, how fast, and what it needs.", "", keysDoc(serviceFields)},
		{"people", "people.yaml", "Everybody who may act or be told.", "people", keysDoc(personFields)},
		{"teams", "teams.yaml", "Who is paged together, and in which order.", "teams", keysDoc(teamFields)},
		{"process", "bia/*.yaml", "One process of the business a file: what it loses by each hour without its services, and the ways to recover.", "", keysDoc(processFields)},
		{"windows", "windows.yaml", "When services have to be back sooner than their RTO says.", "windows", keysDoc(windowFields)},
		{"regimes", "regimes.yaml", "Which regulations apply, as the organisation's lawyers have declared it.", "regimes", keysDoc(regimeFields)},
		{"playbook", "playbooks/**/*.yaml", "One playbook a file, in folders as deep as eight: how people bring something back, step by step.", "", keysDoc(playbookFields)},
		{"vendor", "vendors/*.yaml", "One vendor a file: what it has promised, how it is reached, and what its contract says.", "", keysDoc(vendorFields)},
		{"exercise", "exercises/*.yaml", "One exercise a file: what is rehearsed with people.", "", keysDoc(exerciseFields)},
		{"policy", "policy.yaml", "What differs from the defaults; docs/policy.md lists every setting.", "", nil},
	}
}
