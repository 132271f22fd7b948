package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"holdfast/export"
	"holdfast/templates"
)

func (b *book) csv(o export.Options) string {
	b.t.Helper()
	var out bytes.Buffer
	if err := export.CSV(context.Background(), &out, b.store, b.id, o); err != nil {
		b.t.Fatal(err)
	}
	return out.String()
}

func TestATableTellsAWholeIncident(t *testing.T) {
	b := outage(t)
	golden(t, "outage.csv", b.csv(export.Options{Key: key, Now: b.clock.Now(), Zone: time.FixedZone("Europe/Berlin", 3600)}))
}

func TestATableHasARowForEachEntry(t *testing.T) {
	for name, b := range map[string]*book{"outage": outage(t), "odd": odd(t), "small": small(t)} {
		rows := rowsOf(t, b.csv(export.Options{}))
		if uint64(len(rows)-1) != b.at {
			t.Errorf("%s has %d rows for %d entries", name, len(rows)-1, b.at)
		}
		for i, row := range rows[1:] {
			if row[0] != b.id || row[1] != strconv.Itoa(i+1) || row[len(row)-1] != "holds" {
				t.Errorf("%s: row %d is %q", name, i+1, row)
			}
		}
	}
}

func TestATableSaysWhereTheChainBreaks(t *testing.T) {
	b := outage(t)
	var out bytes.Buffer
	if err := export.CSV(context.Background(), &out, damage{Source: b.store, at: 23, bytes: true}, b.id, export.Options{}); err != nil {
		t.Fatal(err)
	}
	for i, row := range rowsOf(t, out.String())[1:] {
		if broken := row[len(row)-1] == "BROKEN"; broken != (i+1 == 23) {
			t.Errorf("row %d says %s", i+1, row[len(row)-1])
		}
	}
}

func TestATableThatCannotBeWrittenIsAnError(t *testing.T) {
	b := outage(t)
	if err := export.CSV(context.Background(), full{}, b.store, b.id, export.Options{}); !errors.Is(err, errFull) {
		t.Errorf("a disk that is full is %v", err)
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	check := func(rt rapid.TB, v string) {
		if strings.TrimSpace(templates.Inert(v)) == "" {
			v += "1"
		}
		plain, rows := rowsOf(rt, stuffed(t, "word").csv(export.Options{})), rowsOf(rt, stuffed(t, v).csv(export.Options{}))
		if len(rows) != len(plain) {
			rt.Fatalf("%q gives %d rows, not %d", v, len(rows), len(plain))
		}
		for _, row := range rows {
			for _, c := range row {
				first := strings.TrimLeft(c, " \n\u00a0\u3000")
				if first != "" && strings.ContainsAny(first[:1], "=+-@\t\r") || strings.ContainsRune(c, '\x00') {
					rt.Fatalf("%q gives the cell %q", v, c)
				}
			}
		}
	}
	signs := []string{"=", "+", "-", "@", "\t", "\r", "＝", " ", "\n", "\"", ",", ";", "=cmd|' /C calc'!A0", "@SUM(1)", "\u00a0", "\x00", "'"}
	for _, v := range append(signs, hostile...) {
		check(t, v)
		check(t, v+"1+1")
	}
	rapid.Check(t, func(rt *rapid.T) {
		check(rt, strings.Join(rapid.SliceOfN(rapid.SampledFrom(append(signs, hostile...)), 1, 6).Draw(rt, "text"), ""))
	})
}

// rowsOf reads a table, which must end its lines as RFC 4180 has it.
func rowsOf(t rapid.TB, table string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(table))
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%v\n%s", err, table)
	}
	if strings.Count(table, "\n") != strings.Count(table, "\r\n") {
		t.Fatal("a line ends without a carriage return")
	}
	return rows
}
