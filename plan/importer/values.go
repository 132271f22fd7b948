package importer

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"holdfast/plan"
)

// A reading says how a value was read.
type reading int

const (
	plain   reading = iota
	guessed         // in the likely way
	noUnit          // a bare number
	unread
)

var unitWords = map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "second": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hour": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour,
	"w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour,
}

// unitOf names the unit that a word stands for: "h" for Hours.
func unitOf(word string) string {
	word = strings.ToLower(word)
	if len(word) > 1 {
		word = strings.TrimSuffix(word, "s")
	}
	switch unitWords[word] {
	case time.Second:
		return "seconds"
	case time.Minute:
		return "minutes"
	case time.Hour:
		return "hours"
	case 24 * time.Hour:
		return "days"
	}
	return ""
}

// longest is the longest duration that a plan takes; two of them can be added.
const longest = 36500 * 24 * time.Hour

var (
	partForm  = regexp.MustCompile(`^\s*(\d{1,7}(?:[.,]\d{1,4})?)\s*([a-z]+)\s*(?:,|and)?\s*`)
	clockForm = regexp.MustCompile(`^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$`)
	bareForm  = regexp.MustCompile(`^\d{1,7}([.,]\d{1,4})?$`)
)

// duration reads what people write for a length of time. unit is what the
// heading says of bare numbers; without one a bare number other than 0 is not
// read, since nobody can know what it means.
func duration(s, unit string) (time.Duration, reading) {
	s = strings.ToLower(strings.TrimSpace(s))
	how := plain
	for _, bound := range []string{"<=", "<", "≤", "within ", "max. ", "max "} {
		if rest, found := strings.CutPrefix(s, bound); found {
			s, how = strings.TrimSpace(rest), guessed
		}
	}
	if bareForm.MatchString(s) {
		switch {
		case strings.Trim(s, "0.,") == "":
			return 0, how
		case unit == "":
			return 0, noUnit
		}
		s += unit
	}
	if m := clockForm.FindStringSubmatch(s); m != nil {
		h, _ := strconv.Atoi(m[1])
		minutes, _ := strconv.Atoi(m[2])
		seconds, _ := strconv.Atoi("0" + m[3])
		return time.Duration(h)*time.Hour + time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second, guessed
	}
	if s == "" {
		return 0, unread
	}
	var sum time.Duration
	for s != "" {
		m := partForm.FindStringSubmatch(s)
		if m == nil {
			return 0, unread
		}
		word := m[2]
		if len(word) > 1 {
			word = strings.TrimSuffix(word, "s")
		}
		length, known := unitWords[word]
		number, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", "."), 64)
		if !known || err != nil {
			return 0, unread
		}
		if strings.Contains(m[1], ",") {
			how = guessed
		}
		if number*float64(length) > float64(longest) || sum > longest {
			return 0, unread
		}
		part := time.Duration(number * float64(length)).Round(time.Second)
		sum, s = sum+part, s[len(m[0]):]
	}
	return sum, how
}

// written is a duration as a plan writes it.
func written(d time.Duration) string { return plan.FormatDuration(d) }

var tierForm = regexp.MustCompile(`^(?i:tier|t|level|class|p)?[ -]?([0-4])(?:\.0+)?$`)

// tierOf reads "1", "T1" or "Tier 1". A word such as Gold is nobody's number.
func tierOf(s string) (string, bool) {
	m := tierForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return "", false
	}
	return m[1], true
}

var (
	mailForm  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$`)
	phoneForm = regexp.MustCompile(`^\+?[0-9][0-9 ().-]{2,30}$`)
	slackForm = regexp.MustCompile(`^[UW][A-Z0-9]{8,14}$`)
	dayForm   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// accents are the letters that names of Europe have beyond those of an id.
var accents = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "oe", "å", "a", "á", "a", "à", "a", "â", "a", "ã", "a", "ą", "a",
	"ç", "c", "č", "c", "ć", "c", "ď", "d", "é", "e", "è", "e", "ê", "e", "ë", "e", "ě", "e", "ę", "e", "í", "i", "ì", "i", "î", "i", "ï", "i", "ł", "l", "ñ", "n", "ń", "n", "ň", "n",
	"ó", "o", "ò", "o", "ô", "o", "õ", "o", "ř", "r", "š", "s", "ś", "s", "ť", "t", "ú", "u", "ù", "u", "û", "u", "ů", "u", "ý", "y", "ž", "z", "ż", "z", "ź", "z")

// idOf makes an id of a name; empty when nothing of it can be one.
func idOf(s string) string {
	s = accents.Replace(strings.ToLower(s))
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == 60 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}

// several cuts a cell that names more than one thing.
func several(s string) []string {
	var all []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == ',' || r == '|' || r == '/' }) {
		if part = strings.TrimSpace(part); part != "" && part != "-" {
			all = append(all, part)
		}
	}
	return all
}

// isZone reports whether a word is a zone of the IANA list; a plan knows no
// abbreviations, which mean something else in every country.
func isZone(s string) bool {
	_, err := time.LoadLocation(s)
	return err == nil && strings.Contains(s, "/")
}
