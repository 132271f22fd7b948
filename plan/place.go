package plan

// A Place is where something stands in the plan: a file relative to its folder
// with slashes, line and column from 1. A zero line means the whole file, a
// zero column the whole line.
type Place struct {
	File         string
	Line, Column int
}

// Where returns the place of something in the plan by a dotted path: its kind,
// its id and a key, "service/db-payments.rto", "service/idp.deps.directory",
// "process/payments.strategies.warm", "window/close". An unknown path gives the
// place of the longest known one before it.
func (p *Plan) Where(path string) Place {
	for path != "" {
		if at, ok := p.places[path]; ok {
			return at
		}
		cut := max(lastDot(path), 0)
		path = path[:cut]
	}
	return Place{}
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}
