package bia

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"holdfast/internal/fault"
	"holdfast/plan"
)

// decimal is a number of outages a year that a person may write. It is short,
// so that nothing large has to be reckoned with.
var decimal = regexp.MustCompile(`^\d{1,6}(\.\d{1,6})?$`)

// ParseFrequency reads a number of outages a year: 3 or 0.5. Anything else is
// refused with E_RANGE.
func ParseFrequency(s string) (*big.Rat, error) {
	if decimal.MatchString(s) {
		if f, ok := new(big.Rat).SetString(s); ok {
			return f, nil
		}
	}
	if len(s) > 20 {
		s = s[:20] + "..."
	}
	return nil, fault.Newf(fault.Range, "Write a number such as 3 or 0.5, with at most six digits before the point and six behind it.", "%q is no number of outages a year.", s)
}

// Frequency returns the number that was written as f: 0.1 is exactly a tenth.
func Frequency(f float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
	if !ok {
		return nil // not finite: the same as not stated
	}
	return r
}

// Amount rounds hundredths of a currency to whole ones, half of one away from
// zero, for printing.
func Amount(hundredths *big.Rat) plan.Money {
	text := hundredths.FloatString(0)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil { // more money than there is
		n = 1<<63 - 1
		if strings.HasPrefix(text, "-") {
			n = -n
		}
	}
	return plan.Money(n)
}

// Decimal writes a number with at most so many digits behind the point, without
// zeros at its end: "2.74", "3".
func Decimal(r *big.Rat, digits int) string {
	text := r.FloatString(digits)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}
