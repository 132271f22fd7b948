package plan

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"holdfast/internal/fault"
)

// A value is a policy field that can be set from text. set changes nothing and
// returns what is expected when the text does not fit, and "" when it does.
type value interface {
	set(text string) (expected string)
	String() string
	expects() string
}

// wrongValue is the code of a refused value.
func wrongValue(v value) fault.Code {
	switch v.(type) {
	case length, cadence, lengthOrNone, lengths:
		return fault.Duration
	}
	return fault.Range
}

// none is how an optional value is written when it is left out.
const none = "none"

func optional(s string) string {
	if s == none {
		return ""
	}
	return s
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

// length is a time span above zero.
type length struct{ at *time.Duration }

func (v length) expects() string { return "a duration such as 90s, 5m, 1h30m or 2d" }
func (v length) String() string  { return FormatDuration(*v.at) }
func (v length) set(s string) string {
	d, err := ParseDuration(s)
	if err != nil || d == 0 {
		return v.expects()
	}
	*v.at = d
	return ""
}

// cadence is the time between updates for one audience at one severity.
type cadence struct {
	at       *map[string][4]time.Duration
	audience string
	row      int
}

func (v cadence) expects() string { return "a duration of at least 1m such as 30m, or none" }
func (v cadence) String() string {
	if every := (*v.at)[v.audience][v.row]; every > 0 {
		return FormatDuration(every)
	}
	return none
}
func (v cadence) set(s string) string {
	var every time.Duration
	if s != none {
		d, err := ParseDuration(s)
		if err != nil || d < time.Minute {
			return v.expects()
		}
		every = d
	}
	table := maps.Clone(*v.at) // copies of a Policy share the old one
	if table == nil {
		table = map[string][4]time.Duration{}
	}
	row := table[v.audience]
	row[v.row] = every
	table[v.audience] = row
	*v.at = table
	return ""
}

// severity is the mildest severity something applies to.
type severity struct{ at *int }

func (v severity) expects() string { return "a severity from 1 to 4, or none" }
func (v severity) String() string {
	if *v.at == 0 {
		return none
	}
	return strconv.Itoa(*v.at)
}
func (v severity) set(s string) string {
	n, err := strconv.Atoi(s)
	switch {
	case s == none:
		n = 0
	case err != nil || n < 1 || n > 4:
		return v.expects()
	}
	*v.at = n
	return ""
}

// count is a number within bounds.
type count struct {
	at       *int
	min, max int
}

func (v count) expects() string {
	return "a number from " + strconv.Itoa(v.min) + " to " + strconv.Itoa(v.max)
}
func (v count) String() string { return strconv.Itoa(*v.at) }
func (v count) set(s string) string {
	n, err := strconv.Atoi(s)
	if err != nil || n < v.min || n > v.max {
		return v.expects()
	}
	*v.at = n
	return ""
}

// zone is the name of a time zone.
type zone struct{ at *string }

func (v zone) expects() string { return "a zone such as Europe/London or UTC" }
func (v zone) String() string  { return *v.at }
func (v zone) set(s string) string {
	if !validZone(s) {
		return v.expects()
	}
	*v.at = s
	return ""
}

// target is what a page may be sent to.
type target struct{ at *string }

var targetForm = regexp.MustCompile(`^((team|service):|@)[a-z0-9][a-z0-9-]*$`)

func (v target) expects() string { return "a target such as team:duty or @alice, or none" }
func (v target) String() string  { return orNone(*v.at) }
func (v target) set(s string) string {
	s = optional(s)
	if s != "" && !targetForm.MatchString(s) {
		return v.expects()
	}
	*v.at = s
	return ""
}

// splitTarget reads what targetForm admits.
func splitTarget(s string) (kind, string) {
	if id, ok := strings.CutPrefix(s, "@"); ok {
		return person, id
	}
	k, id, _ := strings.Cut(s, ":")
	return kind(k), id
}

// people is a list of persons, separated by commas.
type people struct{ at *[]string }

func (v people) expects() string { return "persons such as alice,bob, or none" }
func (v people) String() string  { return orNone(strings.Join(*v.at, ",")) }
func (v people) set(s string) string {
	var all []string
	for id := range strings.SplitSeq(optional(s), ",") {
		id = strings.TrimPrefix(strings.TrimSpace(id), "@")
		switch {
		case id == "" && optional(s) == "":
		case !IsID(id):
			return v.expects()
		case !slices.Contains(all, id):
			all = append(all, id)
		}
	}
	*v.at = all
	return ""
}

// readers is a list of mail addresses and people, separated by commas.
type readers struct{ at *[]string }

// addressForm admits the addresses that are in use, and nothing that could end
// a line or an address in a mail.
var addressForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$`)

const mostAddresses = 20

func (v readers) expects() string {
	return "at most 20 addresses such as board@northbridge.example and people such as @ivan, separated by commas, or none"
}
func (v readers) String() string { return orNone(strings.Join(*v.at, ", ")) }
func (v readers) set(s string) string {
	var all []string
	for one := range strings.SplitSeq(optional(s), ",") {
		one = strings.Trim(one, " \t")
		switch {
		case one == "" && optional(s) == "":
		case !isReader(one), len(all) == mostAddresses:
			return v.expects()
		case !slices.ContainsFunc(all, func(a string) bool { return strings.EqualFold(a, one) }):
			all = append(all, one)
		}
	}
	*v.at = all
	return ""
}

func isReader(s string) bool {
	id, isPerson := strings.CutPrefix(s, "@")
	return isPerson && IsID(id) || addressForm.MatchString(s)
}

// project is the key of a tracker's project.
type project struct{ at *string }

var projectForm = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,19}$`)

func (v project) expects() string { return "a project key in capitals such as OPS, or none" }
func (v project) String() string  { return orNone(*v.at) }
func (v project) set(s string) string {
	s = optional(s)
	if s != "" && !projectForm.MatchString(s) {
		return v.expects()
	}
	*v.at = s
	return ""
}

// components are services with their places on the status page.
type components struct{ at *map[string]string }

var componentForm = regexp.MustCompile(`^([a-z0-9]+(?:-[a-z0-9]+)*)=([A-Za-z0-9_-]{1,64})$`)

func (v components) expects() string {
	return "services with component ids such as web-portal=8kbf7d35c070, ledger=vtnh60py4yd7, or none"
}
func (v components) String() string {
	var all []string
	for _, service := range slices.Sorted(maps.Keys(*v.at)) {
		all = append(all, service+"="+(*v.at)[service])
	}
	return orNone(strings.Join(all, ", "))
}
func (v components) set(s string) string {
	table := map[string]string{}
	for part := range strings.SplitSeq(optional(s), ",") {
		part = strings.TrimSpace(part)
		m := componentForm.FindStringSubmatch(part)
		switch {
		case part == "" && len(table) == 0 && strings.TrimSpace(optional(s)) == "":
		case m == nil || table[m[1]] != "":
			return v.expects()
		default:
			table[m[1]] = m[2]
		}
	}
	if *v.at = table; len(table) == 0 {
		*v.at = nil
	}
	return ""
}

// room is the name of a chat room.
type room struct{ at *string }

var roomForm = regexp.MustCompile(`^#[a-z0-9][a-z0-9-]{0,79}$`)

func (v room) expects() string { return "a room such as #exec-updates, or none" }
func (v room) String() string  { return orNone(*v.at) }
func (v room) set(s string) string {
	s = optional(s)
	if s != "" && !roomForm.MatchString(s) {
		return v.expects()
	}
	*v.at = s
	return ""
}

// atClose is whether something happens when an incident is closed.
type atClose struct{ at *bool }

func (v atClose) expects() string { return "close or never" }
func (v atClose) String() string {
	if *v.at {
		return "close"
	}
	return "never"
}
func (v atClose) set(s string) string {
	if s != "close" && s != "never" {
		return v.expects()
	}
	*v.at = s == "close"
	return ""
}

// yes is whether something is done.
type yes struct{ at *bool }

func (v yes) expects() string { return "yes or no" }
func (v yes) String() string {
	if *v.at {
		return "yes"
	}
	return "no"
}
func (v yes) set(s string) string {
	if s != "yes" && s != "no" {
		return v.expects()
	}
	*v.at = s == "yes"
	return ""
}

// oneOf is one of some words, or none.
type oneOf struct {
	at    *string
	words []string
}

func (v oneOf) expects() string { return strings.Join(v.words, ", ") + " or none" }
func (v oneOf) String() string  { return orNone(*v.at) }
func (v oneOf) set(s string) string {
	if s = optional(s); s != "" && !slices.Contains(v.words, s) {
		return v.expects()
	}
	*v.at = s
	return ""
}

// transition is the name of a step in a tracker's workflow.
type transition struct {
	at   *map[string]string
	turn string
}

func (v transition) expects() string { return "the name of a transition such as Done, or none" }
func (v transition) String() string  { return orNone((*v.at)[v.turn]) }
func (v transition) set(s string) string {
	if s = strings.TrimSpace(optional(s)); len(s) > 60 || strings.ContainsFunc(s, unicode.IsControl) {
		return v.expects()
	}
	table := maps.Clone(*v.at) // copies of a Policy share the old one
	if table == nil {
		table = map[string]string{}
	}
	if table[v.turn] = s; s == "" {
		delete(table, v.turn)
	}
	if len(table) == 0 {
		table = nil
	}
	*v.at = table
	return ""
}

// userGroup is the id of a user group in Slack that stands for a standing group.
type userGroup struct {
	at    *map[string]string
	group string
}

var userGroupForm = regexp.MustCompile(`^S[A-Z0-9]{6,20}$`)

func (v userGroup) expects() string {
	return "the id of a user group in Slack such as S0123ABCDEF, or none"
}
func (v userGroup) String() string { return orNone((*v.at)[v.group]) }
func (v userGroup) set(s string) string {
	s = optional(s)
	if s != "" && !userGroupForm.MatchString(s) {
		return v.expects()
	}
	table := maps.Clone(*v.at) // copies of a Policy share the old one
	if table == nil {
		table = map[string]string{}
	}
	if delete(table, v.group); s != "" {
		table[v.group] = s
	}
	*v.at = table
	return ""
}
