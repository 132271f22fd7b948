package plan

// Load reads the plan in a folder.
func Load(dir string) (*Plan, []Finding) { return nil, nil }
