package plan

// Process returns the process with this id.
func (p *Plan) Process(id string) (Process, bool) {
	return lookup(p.Processes, id, func(x Process) string { return x.ID })
}

// Window returns the window with this id.
func (p *Plan) Window(id string) (Window, bool) {
	return lookup(p.Windows, id, func(x Window) string { return x.ID })
}

// Regime returns the regime with this id.
func (p *Plan) Regime(id string) (Regime, bool) {
	return lookup(p.Regimes, id, func(x Regime) string { return x.ID })
}

// Holiday returns the list of holidays with this name.
func (p *Plan) Holiday(name string) (Holidays, bool) {
	return lookup(p.Holidays, name, func(x Holidays) string { return x.Name })
}

// Playbook returns the playbook with this id.
func (p *Plan) Playbook(id string) (Playbook, bool) {
	return lookup(p.Playbooks, id, func(x Playbook) string { return x.ID })
}

// Vendor returns the vendor with this id.
func (p *Plan) Vendor(id string) (Vendor, bool) {
	return lookup(p.Vendors, id, func(x Vendor) string { return x.ID })
}

// Exercise returns the exercise with this id.
func (p *Plan) Exercise(id string) (Exercise, bool) {
	return lookup(p.Exercises, id, func(x Exercise) string { return x.ID })
}
