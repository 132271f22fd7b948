package export

import "context"

// people writes who held which role, and when.
func (r *record) people(context.Context) error {
	r.duties.table(r, r.duties.command())
	if others := r.duties.others(); len(others) > 0 {
		r.print("\n")
		r.duties.table(r, others)
	} else {
		r.print("\nNo other role was held.\n")
	}
	return nil
}

func (duties) table(r *record, rows duties) {
	r.print("| role | person | from | until |\n|---|---|---|---|\n")
	for _, d := range rows {
		until := "the end of this record"
		if !d.until.IsZero() {
			until = r.at(d.until) + ref(d.lastBy)
		} else if tx := r.state.TX; tx != nil {
			until = "the close, " + r.at(*tx) + ref(r.course.from["closed"])
		}
		r.print("| ", literal(d.role), " | ", person(d.person), " | ", r.at(d.since), ref(d.first), " | ", until, " |\n")
	}
}
