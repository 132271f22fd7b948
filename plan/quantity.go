package plan

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// String writes the amount without its currency: 60000, 83.50.
func (m Money) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	if m%100 == 0 {
		return fmt.Sprintf("%s%d", sign, m/100)
	}
	return fmt.Sprintf("%s%d.%02d", sign, m/100, m%100)
}

var (
	amountForm   = regexp.MustCompile(`^\d{1,13}(\.\d{1,2})?$`)
	currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)
	bareNumber   = regexp.MustCompile(`^[+-]?[\d.,_ ]*\d[\d.,_ ]*$`)
)

// parseAmount reads 60000 or 83.50: at most thirteen digits before the point
// and two behind it.
func parseAmount(s string) (m Money, ok bool) {
	if !amountForm.MatchString(s) {
		return 0, false
	}
	whole, cents, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	return Money(n), err == nil
}

// money reads an amount with its currency: `60000 EUR`, or a mapping of amount
// and currency. A bare number is refused with E_UNIT.
func (d document) money(n *yaml.Node) (m Money, currency string, ok bool) {
	amount := n
	switch n.Kind {
	case yaml.MappingNode:
		var parts struct{ amount, currency *yaml.Node }
		type T = struct{ amount, currency *yaml.Node }
		readFields(d.unplaced(), n, "an amount", []field[T]{
			{"amount", true, "", takesOwn(form{}, func(_ document, n *yaml.Node, p *T) { p.amount = n })},
			{"currency", true, "", takesOwn(form{}, func(_ document, n *yaml.Node, p *T) { p.currency = n })},
		}, &parts)
		if parts.amount == nil || parts.currency == nil || !d.is(parts.amount, yaml.ScalarNode, "a number") || !d.is(parts.currency, yaml.ScalarNode, "a currency") {
			return 0, "", false
		}
		amount, currency = parts.amount, parts.currency.Value
		m, ok = parseAmount(amount.Value)
	default:
		if !d.is(n, yaml.ScalarNode, "an amount with its currency") {
			return 0, "", false
		}
		number, unit, _ := strings.Cut(n.Value, " ")
		currency = strings.TrimSpace(unit)
		m, ok = parseAmount(number)
	}
	const fix = "Write it such as 60000 EUR."
	switch {
	case n.Kind == yaml.ScalarNode && bareNumber.MatchString(n.Value):
		d.report(Error, codeUnit, d.at(n), fix, "The amount %q has no currency.", shown(n.Value))
	case !ok:
		d.report(Error, codeValue, d.at(amount), fix, "%q is no amount.", shown(amount.Value))
	case !currencyForm.MatchString(currency):
		d.report(Error, codeValue, d.at(n), "Write three capitals, such as EUR.", "%q is no currency.", shown(currency))
	default:
		return m, currency, true
	}
	return 0, "", false
}

// decimal reads a number that is neither negative nor beyond all measure.
func decimal(s string) (x float64, ok bool) {
	if strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && x <= 1e12 && !math.IsNaN(x)
}

// count reads a number that may have a fraction.
func (d document) decimal(n *yaml.Node, what string) (x float64, ok bool) {
	if !d.is(n, yaml.ScalarNode, "a number") {
		return 0, false
	}
	if x, ok = decimal(n.Value); !ok {
		d.report(Error, codeValue, d.at(n), "Write it such as 0.5.", "%q is no %s.", shown(n.Value), what)
	}
	return x, ok
}

// percent reads a percentage, with or without its sign.
func (d document) percent(n *yaml.Node) (x float64, ok bool) {
	if !d.is(n, yaml.ScalarNode, "a percentage") {
		return 0, false
	}
	if x, ok = ParsePercent(n.Value); !ok {
		d.report(Error, codeValue, d.at(n), "Write a number from 0 to 100, such as 99.9.", "%q is no percentage.", shown(n.Value))
	}
	return x, ok
}

// share reads a percentage or a fraction such as 2/3.
func (d document) share(n *yaml.Node) (x float64, ok bool) {
	if !d.is(n, yaml.ScalarNode, "a percentage") {
		return 0, false
	}
	if x, ok = parseShare(n.Value); !ok {
		d.report(Error, codeValue, d.at(n), "Write it such as 60% or 2/3.", "%q is no share.", shown(n.Value))
	}
	return x, ok
}

// ParsePercent reads 20, 20% or 99.95%: from 0 to 100.
func ParsePercent(s string) (x float64, ok bool) {
	x, ok = decimal(strings.TrimSuffix(s, "%"))
	return x, ok && x <= 100
}

func parseShare(s string) (x float64, ok bool) {
	a, b, found := strings.Cut(s, "/")
	if !found {
		return ParsePercent(s)
	}
	part, ok1 := decimal(a)
	whole, ok2 := decimal(b)
	if !ok1 || !ok2 || whole == 0 || part > whole {
		return 0, false
	}
	return part * 100 / whole, true
}

// measure reads a number whose unit the key names. The unit may stand behind
// it; another one is refused with E_UNIT.
func (d document) measure(n *yaml.Node, unit string) (x float64, ok bool) {
	if !d.is(n, yaml.ScalarNode, "a number") {
		return 0, false
	}
	number := strings.TrimSpace(strings.TrimSuffix(n.Value, unit))
	if x, ok = decimal(number); ok {
		return x, true
	}
	digits := strings.TrimLeft(n.Value, "0123456789. ")
	code, fix := codeValue, "Write a number of "+unit+"."
	if digits != n.Value && digits != "" {
		code = codeUnit
	}
	d.report(Error, code, d.at(n), fix, "%q is no number of %s.", shown(n.Value), unit)
	return 0, false
}
