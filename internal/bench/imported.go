package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"holdfast/export/picture"
	"holdfast/plan"
	"holdfast/plan/importer"
	"holdfast/plan/order"
)

// tablesImported measures how long a table of services takes to become a plan.
// The control reads the same table as CSV and does nothing with it.
func tablesImported(ctx context.Context, b *bench) ([]row, error) {
	table := servicesTable(b.imported)
	r, err := b.inTurns(ctx, func() (float64, error) {
		start := time.Now()
		n := 0
		for reader := csv.NewReader(strings.NewReader(table)); ; n++ {
			if _, err := reader.Read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return 0, err
			}
		}
		return time.Since(start).Seconds(), exactly("rows that were read", n, b.imported+1)
	}, func() (float64, error) {
		start := time.Now()
		files, report := importer.Import([]importer.File{{Name: "services.csv", Bytes: []byte(table)}})
		took := time.Since(start).Seconds()
		if !report.Clean() {
			return took, &miscount{fmt.Sprintf("something was not understood: %s", report.Remarks[0])}
		}
		return took, exactly("files of services", len(files)-2, b.imported)
	})
	if err != nil {
		return nil, err
	}
	return []row{r.row(fmt.Sprintf("import of a table of %s services", thousands(int64(b.imported))), seconds, "reading the CSV alone", figureBelow(5, seconds))}, nil
}

// servicesTable is a table of services, each of which stands on five earlier
// ones.
func servicesTable(n int) string {
	var s strings.Builder
	s.WriteString("Service,Name,Tier,RTO (h),RPO,Recovery work,Support team,Depends on\n")
	for i := range n {
		var needs []string
		for k := 1; k <= min(i, plannedEdges); k++ {
			needs = append(needs, fmt.Sprintf("service-%05d", i-k))
		}
		fmt.Fprintf(&s, "service-%05d,Service %d,4,72,24h,10 min,team-%d,%s\n", i, i, i%plannedTeams, strings.Join(needs, "; "))
	}
	return s.String()
}

// graphDrawn measures how long the picture of a large plan takes, as SVG and
// as PNG. The control only works out the times that it shows.
func graphDrawn(ctx context.Context, b *bench) ([]row, error) {
	p := drawnPlan(b.drawn)
	times := func() (float64, error) {
		start := time.Now()
		g, err := order.New(p.Services)
		if err != nil {
			return 0, err
		}
		n := len(g.Times(nil))
		return time.Since(start).Seconds(), exactly("services with times", n, b.drawn)
	}
	var rows []row
	for _, form := range []struct {
		name   string
		write  func(*picture.Scene) ([]byte, error)
		begins string
		target bound
	}{
		{"SVG", func(s *picture.Scene) ([]byte, error) { return s.SVG(), nil }, "<svg", figureBelow(1, seconds)},
		{"PNG", (*picture.Scene).PNG, "\x89PNG", bound{}},
	} {
		r, err := b.inTurns(ctx, times, func() (float64, error) {
			start := time.Now()
			s, err := picture.Waves(p, nil, picture.View{})
			if err != nil {
				return 0, err
			}
			written, err := form.write(s)
			if err == nil && !bytes.HasPrefix(written, []byte(form.begins)) {
				err = &miscount{"what was written is no " + form.name}
			}
			return time.Since(start).Seconds(), err
		})
		if err != nil {
			return rows, err
		}
		rows = append(rows, r.row(fmt.Sprintf("picture of %s services, %s", thousands(int64(b.drawn)), form.name), seconds, "their times alone", form.target))
	}
	return rows, nil
}

// drawnPlan has eight layers; each service stands on up to five of the layer
// before.
func drawnPlan(n int) *plan.Plan {
	const layers = 8
	p := plan.Empty()
	for i := range n {
		layer := i * layers / n
		s := plan.Service{ID: fmt.Sprintf("service-%05d", i), Name: "Service", Tier: 4, RTO: 72 * time.Hour, RecoveryWork: time.Duration(5+i%10) * time.Minute, Team: fmt.Sprintf("team-%d", i%12)}
		size := max(n/layers, 1)
		for k := 0; layer > 0 && k < min(plannedEdges, size); k++ {
			s.Deps = append(s.Deps, plan.Dep{To: fmt.Sprintf("service-%05d", (layer-1)*size+(i*7+k)%size), Kind: plan.Hard})
		}
		p.Services = append(p.Services, s)
	}
	return p
}
