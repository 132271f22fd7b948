package picture

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"holdfast/plan"
	"holdfast/plan/bia"
)

// Cost draws what each strategy of a process comes to in a year against how
// soon it recovers: its own cost and the expected outages stacked, dropped
// strategies hatched, the chosen one marked. Without a frequency the bars are
// yearly costs alone and nothing is chosen. An economy without rows is an error.
func Cost(x plan.Process, e bia.Economy, v View) (*Scene, error) {
	if len(e.Rows) == 0 {
		return nil, fmt.Errorf("the analysis of %s has no strategies to draw", x.ID)
	}
	w := 820.0
	if v.Narrow {
		w = phoneWidth
	}
	c := &costs{frame: newFrame("cost", "Cost against recovery time: "+x.Name, costAnswer(e), w, v), economy: e}
	c.draw()
	return c.close(), nil
}

func costAnswer(e bia.Economy) string {
	var parts []string
	switch {
	case e.Frequency == nil:
		parts = append(parts, "Nobody has said how often outages come: totals are withheld and nothing is chosen")
	case e.Choice == "":
		parts = append(parts, "No strategy is admitted")
	default:
		row, _ := e.Row(e.Choice)
		parts = append(parts, fmt.Sprintf("%s: RTO %s, %s %s a year at %s outages a year", e.Choice, span(row.RTO), money(bia.Amount(row.Total)), e.Currency, bia.Decimal(e.Frequency, 2)))
	}
	for _, b := range e.BreakEvens {
		if b.Frequency != nil {
			parts = append(parts, fmt.Sprintf("%s pays from %s outages a year on", b.Dearer, bia.Decimal(b.Frequency, 2)))
		}
	}
	return strings.Join(parts, " · ")
}

type costs struct {
	*frame
	economy bia.Economy
	most    float64 // the right end of the scale, in hundredths
	left    float64
	wide    float64
}

func (c *costs) draw() {
	m := c.view.margin()
	c.left, c.wide = m+210, c.w-2*m-210-110
	if c.view.Narrow {
		c.left, c.wide = m, c.w-2*m-80
	}
	for _, r := range c.economy.Rows {
		c.most = max(c.most, c.total(r))
	}
	for _, r := range c.economy.Rows {
		if c.view.Narrow {
			c.narrowRow(r)
		} else {
			c.wideRow(r)
		}
	}
	c.y += 4
	entries := []legendEntry{showsBox(paint{fill: accent}, "the strategy, a year")}
	if c.economy.Frequency != nil {
		entries = append(entries, showsBox(paint{fill: "#8fb7e0"}, "outages it leaves, a year"))
	}
	if len(c.economy.Admitted()) < len(c.economy.Rows) {
		entries = append(entries, legendEntry{16, func(s *Scene, x, y float64) { s.dropped(box{x - 8, y - 6, 16, 12}) }, "dropped: too slow or loses too much"})
	}
	if c.economy.Choice != "" {
		entries = append(entries, showsMark(chosen, "the cheapest that is admitted"))
	}
	c.y = c.legend(m, c.y, c.w-2*m, entries)
}

func (c *costs) total(r bia.Row) float64 {
	if r.Total == nil {
		return float64(r.AnnualCost)
	}
	f, _ := new(big.Float).SetRat(r.Total).Float64()
	return f
}

// facts says what stands behind a row's bar.
func (c *costs) facts(r bia.Row) string {
	return fmt.Sprintf("RTO %s · RPO %s", span(r.RTO), span(r.RPO))
}

func (c *costs) sum(r bia.Row) string {
	if r.Total == nil {
		return money(r.AnnualCost)
	}
	return money(bia.Amount(r.Total))
}

func (c *costs) hint(r bia.Row) string {
	text := fmt.Sprintf("%s (%s): %s, %s %s a year", r.ID, r.Name, c.facts(r), money(r.AnnualCost), c.economy.Currency)
	if r.Total != nil {
		text += fmt.Sprintf(", with outages %s", c.sum(r))
	}
	if len(r.Dropped) > 0 {
		text += ". Dropped: " + strings.Join(r.Dropped, "; ")
	}
	return text
}

func (c *costs) wideRow(r bia.Row) {
	const high = 54.0
	defer c.group(c.hint(r))()
	m := c.view.margin()
	x := m
	if r.ID == c.economy.Choice {
		c.box(box{m - 8, c.y - 2, c.w - 2*m + 16, high - 4}, 7, paint{fill: paleBlue})
		c.mark(chosen, m+8, c.y+14, 17)
		x += 22
	}
	c.words(words{x: x, y: c.y + 19, size: 13, bold: true, colour: ink, text: fit(r.Name, c.left-x-14, 13, true)})
	c.words(words{x: x, y: c.y + 36, size: 11, colour: faded, text: fit(c.facts(r), c.left-x-14, 11, false)})
	c.bar(r, box{c.left, c.y + 9, c.wide, 20})
	if len(r.Dropped) > 0 {
		c.words(words{x: c.left, y: c.y + 43, size: 11, colour: deepBad, text: fit("dropped: "+strings.Join(r.Dropped, "; "), c.w-m-c.left, 11, false)})
	}
	c.y += high
}

func (c *costs) narrowRow(r bia.Row) {
	const high = 64.0
	defer c.group(c.hint(r))()
	m := c.view.margin()
	x := m
	if r.ID == c.economy.Choice {
		c.box(box{m - 6, c.y - 4, c.w - 2*m + 12, high - 4}, 7, paint{fill: paleBlue})
		c.mark(chosen, m+8, c.y+10, 16)
		x += 20
	}
	facts := c.facts(r)
	if len(r.Dropped) > 0 {
		facts = "dropped: " + strings.Join(r.Dropped, "; ")
	}
	c.words(words{x: x, y: c.y + 15, size: 13, bold: true, colour: ink, text: fit(r.Name, c.w-m-x, 13, true)})
	shade := faded
	if len(r.Dropped) > 0 {
		shade = deepBad
	}
	c.words(words{x: m, y: c.y + 32, size: 11, colour: shade, text: fit(facts, c.w-2*m, 11, false)})
	c.bar(r, box{c.left, c.y + 38, c.wide, 14})
	c.y += high
}

// bar draws a strategy's own cost and behind it what its outages cost.
func (c *costs) bar(r bia.Row, b box) {
	scale := 0.0
	if c.most > 0 {
		scale = c.wide / c.most
	}
	own := box{b.x, b.y, max(float64(r.AnnualCost)*scale, 1), b.h}
	rest := box{own.right(), b.y, max(c.total(r)-float64(r.AnnualCost), 0) * scale, b.h}
	if len(r.Dropped) > 0 {
		all := box{b.x, b.y, own.w + rest.w, b.h}
		c.dropped(all)
		c.line(own.right(), b.y, own.right(), b.bottom(), paint{stroke: faded, width: 1.2})
	} else {
		c.box(own, 0, paint{fill: accent})
		if rest.w > 0 {
			c.box(rest, 0, paint{fill: "#8fb7e0"})
		}
	}
	bold := r.ID == c.economy.Choice
	c.words(words{x: own.x + own.w + rest.w + 8, y: b.midY() + 4.5, size: 12, bold: bold, colour: ink, text: c.sum(r) + " " + c.economy.Currency})
}

// dropped is how a bar looks that may not be chosen.
func (s *Scene) dropped(b box) {
	s.box(b, 0, paint{fill: "#f0f2f4", stroke: faded, width: 1})
	s.hatch(b.inset(0.5), 6, paint{stroke: line, width: 1.2})
}

// money writes an amount short: 83.5k, 1.25M.
func money(m plan.Money) string {
	f := float64(m) / 100
	for _, unit := range []struct {
		size float64
		name string
	}{{1e9, "bn"}, {1e6, "M"}, {1e3, "k"}} {
		if f >= unit.size {
			return strconv.FormatFloat(float64(int64(f/unit.size*100+0.5))/100, 'f', -1, 64) + unit.name
		}
	}
	return m.String()
}
