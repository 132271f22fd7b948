package plan

import "time"

// Stale returns what only a clock can find about a plan: playbooks that were
// not reviewed, and contacts of vendors that were not tried, for longer than
// the policy allows, counted in days of the plan's zone; and things said to be
// done on a day that has not come.
func Stale(p *Plan, now time.Time) []Finding {
	zone, err := time.LoadLocation(p.Policy.Zone)
	if err != nil {
		zone = time.UTC
	}
	l := &loader{plan: p}
	today := DayOf(now.In(zone))
	future := func(path string, at time.Time, what string) bool {
		coming := today.Before(DayOf(at.In(zone)))
		if coming {
			l.report(Error, codeFuture, p.Where(path), "Write the day on which it was done.", "%s on %s, which has not come.", what, DayOf(at.In(zone)))
		}
		return coming
	}
	for _, x := range p.Processes {
		future("process/"+x.ID+".assessed_at", x.AssessedAt, "The process "+x.ID+" is said to be assessed")
	}
	for _, r := range p.Regimes {
		future("regime/"+r.ID+".declared_at", r.DeclaredAt, "The regime "+r.ID+" is said to be declared")
	}
	for _, v := range p.Vendors {
		at, most := "vendor/"+v.ID+".verified_at", int(p.Policy.VendorVerify/day)
		if len(v.Levels) == 0 || future(at, v.Verified, "The contacts of "+v.ID+" are said to be verified") {
			continue
		}
		const fix = "Call them, and write the day into verified_at."
		if age := DayOf(v.Verified.In(zone)).Until(today); v.Verified.IsZero() {
			l.report(Note, codeContacts, p.Where(at), fix, "The contacts of %s have never been tried.", v.ID)
		} else if age > most {
			l.report(Note, codeContacts, p.Where(at), fix, "The contacts of %s were last tried %d days ago; %d are allowed.", v.ID, age, most)
		}
	}
	for _, b := range p.Playbooks {
		at := "playbook/" + b.ID + ".reviewed_at"
		if future(at, b.ReviewedAt, "The playbook "+b.ID+" is said to be reviewed") {
			continue
		}
		most := int(p.Policy.PlaybookReview / day)
		if age := DayOf(b.ReviewedAt.In(zone)).Until(today); age > most {
			l.report(Warning, codeStale, p.Where(at), "Read it through, and write the day into reviewed_at.",
				"The playbook %s was last reviewed %d days ago; %d are allowed.", b.ID, age, most)
		}
	}
	return sorted(l.findings)
}
