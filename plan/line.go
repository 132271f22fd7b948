package plan

import "slices"

// Line is all that connects two sites when it lies on one path: one circuit, or
// several with the same path_id.
type Line struct {
	AEnd, ZEnd string
	Circuits   []string // ids
	Path       string   // that they share; empty for one circuit
}

// LoneLines finds the pairs of sites that one cut parts, as far as the plan
// says: a circuit of no known path counts as a path of its own.
func LoneLines(p *Plan) []Line {
	var lines []Line
	several := map[int]bool{} // lines with a second path
	for _, v := range p.Vendors {
		for _, c := range v.Circuits {
			i := slices.IndexFunc(lines, func(l Line) bool {
				return l.AEnd == c.AEnd && l.ZEnd == c.ZEnd || l.AEnd == c.ZEnd && l.ZEnd == c.AEnd
			})
			if i < 0 {
				lines = append(lines, Line{c.AEnd, c.ZEnd, []string{c.ID}, c.PathID})
				continue
			}
			several[i] = several[i] || c.PathID == "" || c.PathID != lines[i].Path
			lines[i].Circuits = append(lines[i].Circuits, c.ID)
		}
	}
	var lone []Line
	for i, l := range lines {
		if several[i] {
			continue
		}
		if len(l.Circuits) == 1 {
			l.Path = ""
		}
		lone = append(lone, l)
	}
	return lone
}
