package importer

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A tableKind is what the rows of a table are about.
type tableKind string

const (
	unknownKind  tableKind = ""
	services     tableKind = "services"
	people       tableKind = "people"
	dependencies tableKind = "dependencies"
	analyses     tableKind = "business impact analyses"
)

// A field is what a column may be taken for.
type field string

const (
	id       field = "id"
	name     field = "name"
	kind     field = "kind"
	tier     field = "tier"
	rto      field = "rto"
	rpo      field = "rpo"
	work     field = "recovery_work"
	team     field = "team"
	owners   field = "owners"
	needs    field = "deps"
	mail     field = "mail"
	phone    field = "phone"
	zone     field = "zone"
	groups   field = "groups"
	manager  field = "manager"
	slack    field = "slack"
	from     field = "service"
	to       field = "to"
	depKind  field = "kind of dependency"
	because  field = "because"
	process  field = "process"
	impact   field = "impact type"
	uses     field = "services"
	wrt      field = "wrt"
	limit    field = "unacceptable"
	assessed field = "assessed_at"
)

// headings are the words for each field by kind of table, without case, blanks
// and signs. The first fields tell the kind.
var headings = map[tableKind][]struct {
	field field
	words string
}{
	services: {
		{rto, "rto recoverytimeobjective targetrecoverytime rtotarget"},
		{rpo, "rpo recoverypointobjective maxdataloss rpotarget"},
		{tier, "tier criticality criticalitytier class serviceclass tiering"},
		{id, "id serviceid service system application app component asset ci serviceshortname key"},
		{name, "name servicename systemname applicationname title longname displayname"},
		{kind, "kind type servicetype category componenttype"},
		{work, "recoverywork recoveryeffort recoveryduration timetorecover plannedwork restoretime workduration"},
		{team, "team supportteam owningteam resolvergroup assignmentgroup supportgroup"},
		{owners, "owner owners businessowner serviceowner systemowner"},
		{needs, "deps dependson dependencies dependency upstream requires needs"},
	},
	people: {
		{mail, "mail email emailaddress mailaddress"},
		{phone, "phone telephone mobile mobilephone phonenumber cell tel contactnumber"},
		{id, "id personid userid username login user shortname"},
		{name, "name fullname person contact contactname employee displayname"},
		{team, "team department group unit"},
		{groups, "groups roles continuityrole standinggroups"},
		{zone, "zone timezone tz"},
		{manager, "manager linemanager supervisor reportsto"},
		{slack, "slack slackid slackmember"},
	},
	dependencies: {
		{from, "from service dependant dependent source consumer system application"},
		{to, "to dependson dependency target requires provider upstream needs"},
		{depKind, "kind type dependencytype strength kindofdependency"},
		{because, "because reason why description comment notes purpose"},
	},
	analyses: {
		{process, "process processname businessprocess activity function businessfunction processid"},
		{impact, "impact impacttype impactcategory category typeofimpact"},
		{owners, "owner processowner businessowner"},
		{uses, "services systems applications service system application supportedby"},
		{wrt, "wrt workrecoverytime"},
		{limit, "unacceptable threshold unacceptablelevel"},
		{assessed, "assessedat assessed assessmentdate lastassessed date"},
	},
}

// A pointColumn is the column of an analysis for one time after the begin.
type pointColumn struct {
	column int
	after  time.Duration
}

var unitInHeading = regexp.MustCompile(`(?i)[\(\[ _/](?:in )?(minutes?|mins?|m|hours?|hrs?|h|days?|d|seconds?|secs?|s)[\)\]]?\s*$`)

// bare is a heading without case, blanks, signs and unit.
func bare(heading string) (word, unit string) {
	heading = strings.TrimSpace(heading)
	if m := unitInHeading.FindStringSubmatchIndex(heading); m != nil {
		unit = unitOf(heading[m[2]:m[3]])
		heading = heading[:m[0]]
	}
	return squeeze(heading), unit
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// understand finds the row that names the columns and what the table is about,
// and reports what each column was taken for.
func (t *table) understand(rep *Report) {
	best := 0
	for i, r := range t.rows[:min(len(t.rows), 20)] {
		for _, k := range []tableKind{services, people, dependencies, analyses} {
			if score := scoreOf(r, k); score > best {
				best, t.kind, t.heading = score, k, i
			}
		}
	}
	if t.kind == unknownKind {
		if len(t.rows) > 0 {
			rep.add(Skipped, t.at, "No row names columns of services, people, dependencies or impact analyses; the table was not read.", "docs/import.md lists the words.")
		}
		return
	}
	for _, r := range t.rows[:t.heading] {
		if !r.empty() {
			rep.add(Skipped, Place{t.at.File, t.at.Sheet, r.number, 0}, "The row stands above the one that names the columns.", "")
		}
	}
	t.name(rep)
}

// scoreOf says how well a row names the columns of a kind of table; zero when
// it does not.
func scoreOf(r row, k tableKind) int {
	found, points := map[field]bool{}, 0
	for _, c := range r.cells {
		word, _ := bare(c.text)
		if f, ok := fieldOf(k, word); ok {
			found[f] = true
		} else if k == analyses {
			if _, ok := pointOf(c.text); ok {
				points++
			}
		}
	}
	ok := false
	switch k {
	case services:
		ok = (found[id] || found[name]) && (found[rto] || found[tier] || found[needs] || found[rpo] || found[work])
	case people:
		ok = (found[id] || found[name]) && (found[mail] || found[phone] || found[slack] || found[groups])
	case dependencies:
		ok = found[from] && found[to] && len(r.cells) <= 8
	case analyses:
		ok = found[process] && found[impact] && points > 0
		points *= 2
	}
	if !ok {
		return 0
	}
	return 10*len(found) + points
}

func fieldOf(k tableKind, word string) (field, bool) {
	if word == "" {
		return "", false
	}
	for _, h := range headings[k] {
		if slices.Contains(strings.Fields(h.words), word) {
			return h.field, true
		}
	}
	return "", false
}

// pointOf reads a heading such as "4h", "24 hours" or "after 1 day".
func pointOf(heading string) (time.Duration, bool) {
	s := strings.TrimSpace(strings.ToLower(heading))
	for _, word := range []string{"after ", "impact at ", "impact after ", "<", "≤", "level at "} {
		s = strings.TrimPrefix(s, word)
	}
	d, how := duration(s, "")
	return d, how == plain && d > 0
}

// name takes each column for a field.
func (t *table) name(rep *Report) {
	t.fields, t.units = map[field][]int{}, map[int]string{}
	r := t.rows[t.heading]
	for column, c := range r.cells {
		at := Place{File: t.at.File, Sheet: t.at.Sheet, Column: column + 1}
		word, unit := bare(c.text)
		f, known := fieldOf(t.kind, word)
		after, isPoint := pointOf(c.text)
		switch {
		case c.text == "":
			if t.holds(column) {
				rep.add(Skipped, at, "The column has no heading.", "")
			}
		case known && len(t.fields[f]) > 0 && f != needs && f != owners:
			rep.add(Skipped, at, fmt.Sprintf("%s is a second column for %s.", shown(c.text), f), "Keep one of them.")
		case known:
			t.fields[f] = append(t.fields[f], column)
			t.units[column] = unit
			said := fmt.Sprintf("%s was taken for %s of %s", shown(c.text), f, t.kind)
			if unit != "" {
				said += ", in " + unit
			}
			rep.add(Taken, at, said+".", "")
		case t.kind == analyses && isPoint:
			t.points = append(t.points, pointColumn{column, after})
			rep.add(Taken, at, fmt.Sprintf("%s was taken for the level after %s.", shown(c.text), written(after)), "")
		default:
			rep.add(Skipped, at, fmt.Sprintf("The column %s is not in a plan.", shown(c.text)), "docs/import.md lists the words.")
		}
	}
	slices.SortStableFunc(t.points, func(a, b pointColumn) int { return cmp.Compare(a.after, b.after) })
	for i := len(t.points) - 1; i > 0; i-- {
		if t.points[i].after == t.points[i-1].after {
			rep.add(Skipped, Place{File: t.at.File, Sheet: t.at.Sheet, Column: t.points[i].column + 1}, "The column stands for the same time as another one.", "Keep one of them.")
			t.points = slices.Delete(t.points, i, i+1)
		}
	}
}

func (t *table) holds(column int) bool {
	return slices.ContainsFunc(t.rows[t.heading+1:], func(r row) bool { return r.text(column) != "" })
}
