package picture_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"holdfast/export/picture"
	"holdfast/plan"
	"holdfast/plan/bia"
	"holdfast/plan/order"
)

var update = flag.Bool("update", false, "write the goldens anew")

const minute = time.Minute

// little is a plan with every kind of dependency, an inversion, and a service
// that no order can bring back in time.
func little() *plan.Plan {
	p := plan.Empty()
	p.Services = []plan.Service{
		{ID: "api", Name: "Interface", Tier: 1, RTO: 60 * minute, RecoveryWork: 10 * minute, Team: "app", Deps: []plan.Dep{{To: "db", Kind: plan.Data}, {To: "net", Kind: plan.Hard}, {To: "mail", Kind: plan.Soft}}},
		{ID: "db", Name: "Database", Tier: 1, RTO: 90 * minute, RecoveryWork: 20 * minute, Team: "dba", Deps: []plan.Dep{{To: "net", Kind: plan.Hard}}},
		{ID: "mail", Name: "Mail", Tier: 3, RTO: 24 * time.Hour, RecoveryWork: 15 * minute, Team: "app", Deps: []plan.Dep{{To: "api", Kind: plan.Startup}}},
		{ID: "net", Name: "Network", Tier: 0, RTO: 5 * minute, RecoveryWork: 10 * minute, Team: "net"},
	}
	return p
}

func process() plan.Process {
	return plan.Process{ID: "orders", Name: "Taking orders", Points: []time.Duration{time.Hour, 4 * time.Hour, 24 * time.Hour},
		Levels: map[string][]int{"financial": {0, 2, 4}, "safety": {0, 0, 1}}, Unacceptable: 3, WRT: time.Hour,
		Bands: []plan.Band{{PerHour: 100000}}, Frequency: 1, HasFrequency: true, Currency: "EUR",
		Strategies: []plan.Strategy{{ID: "slow", Name: "From backup", RTO: 24 * time.Hour, AnnualCost: 100000}, {ID: "warm", Name: "Warm", RTO: time.Hour, AnnualCost: 2000000}}}
}

// drawn is every picture of the little plan, by name.
func drawn(t *testing.T) map[string]*picture.Scene {
	t.Helper()
	p, x := little(), process()
	g, err := order.New(p.Services)
	if err != nil {
		t.Fatal(err)
	}
	limits := order.Limits{Teams: map[string]int{"net": 1}}
	live := order.Live{Now: 30 * minute, Services: map[string]order.Progress{"net": {Stage: order.Verified, Ended: 10 * minute}, "db": {Stage: order.Failed}}}
	unknown := x
	unknown.HasFrequency = false
	all := map[string]*picture.Scene{}
	for name, v := range map[string]picture.View{"": {}, "-phone": {Narrow: true}} {
		keep := func(what string, s *picture.Scene, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s%s: %v", what, name, err)
			}
			all[what+name] = s
		}
		s, err := picture.Waves(p, nil, v)
		keep("waves", s, err)
		s, err = picture.Waves(crowd(60), nil, v)
		keep("crowd", s, err)
		s, err = picture.Schedule(p, g, g.Schedule(limits, nil), v)
		keep("schedule", s, err)
		s, err = picture.Schedule(p, g, g.Forecast(limits, nil, live), v)
		keep("forecast", s, err)
		s, err = picture.Impact(x, v)
		keep("impact", s, err)
		s, err = picture.Cost(x, bia.Weigh(x), v)
		keep("cost", s, err)
		s, err = picture.Cost(unknown, bia.Weigh(unknown), v)
		keep("cost-without-frequency", s, err)
	}
	return all
}

// crowd is a plan of many services in five layers, each standing on up to five
// of the layer below.
func crowd(n int) *plan.Plan {
	p := plan.Empty()
	for i := range n {
		layer := i * 5 / n
		s := plan.Service{ID: fmt.Sprintf("svc-%05d", i), Name: "Service", Tier: layer, Team: fmt.Sprintf("team-%d", i%9), RTO: time.Duration(60*(layer+1)) * minute, RecoveryWork: time.Duration(5+i%10) * minute}
		first, size := (layer-1)*n/5, n/5
		for k := 0; layer > 0 && k < min(5, size); k++ {
			to := fmt.Sprintf("svc-%05d", first+(i*7+k*k*3)%size)
			if !strings.Contains(fmt.Sprint(s.Deps), to) {
				s.Deps = append(s.Deps, plan.Dep{To: to, Kind: plan.Hard})
			}
		}
		p.Services = append(p.Services, s)
	}
	return p
}

func TestPicturesLookAsTheyDid(t *testing.T) {
	for name, s := range drawn(t) {
		path := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(path, s.SVG(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(s.SVG())); diff != "" {
			t.Errorf("%s differs; look at it, then `go test ./export/picture -update`\n%s", name, diff)
		}
	}
}

func TestTheSamePlanGivesTheSameBytes(t *testing.T) {
	first, second := drawn(t), drawn(t)
	for name := range first {
		if !bytes.Equal(first[name].SVG(), second[name].SVG()) {
			t.Errorf("%s: two drawings differ as SVG", name)
		}
	}
	a, err := first["waves-phone"].PNG()
	if err != nil {
		t.Fatal(err)
	}
	b, err := second["waves-phone"].PNG()
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("two drawings differ as PNG: %v", err)
	}
}

func TestEveryPictureIsWellFormedAndStandsAlone(t *testing.T) {
	for name, s := range drawn(t) {
		text := string(s.SVG())
		for d := xml.NewDecoder(strings.NewReader(text)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if found := regexp.MustCompile(`(?i)<(script|image|use|a|style|foreignObject)\b|href|url\(|@import|on[a-z]+=`).FindString(text); found != "" {
			t.Errorf("%s holds %q", name, found)
		}
		for _, want := range []string{"<title id=", "<desc id=", `role="img"`, "aria-labelledby="} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s, so that a screen reader cannot tell what it is", name, want)
			}
		}
	}
}

func TestOnATelephoneNothingIsWiderOrSmallerThanCanBeRead(t *testing.T) {
	size := regexp.MustCompile(`font-size="([\d.]+)"`)
	for name, s := range drawn(t) {
		if !strings.HasSuffix(name, "-phone") {
			continue
		}
		if w, _ := s.Size(); w > 390 {
			t.Errorf("%s is %.0f wide", name, w)
		}
		for _, m := range size.FindAllStringSubmatch(string(s.SVG()), -1) {
			if len(m[1]) < 2 {
				t.Errorf("%s has words of size %s", name, m[1])
			}
		}
	}
}

func TestAnImageIsTheSceneAtTwicePerUnit(t *testing.T) {
	s := drawn(t)["impact-phone"]
	data, err := s.PNG()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	w, h := s.Size()
	if got := img.Bounds().Size(); got.X != int(2*w) || got.Y < int(2*h) || got.Y > int(2*h)+1 {
		t.Errorf("the image of a scene of %.1f by %.1f is %v", w, h, got)
	}
	if _, _, _, a := img.At(img.Bounds().Dx()/2, 12).RGBA(); a != 0xffff {
		t.Error("the card is not opaque, so that words would be lost on a dark page")
	}
	if _, _, _, a := img.At(0, 0).RGBA(); a != 0 {
		t.Error("the corners of the card are not round")
	}
}

func TestTextOfThePlanIsNeverMarkup(t *testing.T) {
	p := little()
	p.Services[0].Name = "</title><script>alert(1)</script>\x00\u202etxt"
	p.Services[1].Team = `"><a href="https://evil.example">`
	for i := range p.Services {
		p.Services[i].Name += "]]>&amp;\ufffe"
	}
	x := process()
	x.Name = "<img src=x onerror=alert(1)>"
	waves, err := picture.Waves(p, nil, picture.View{})
	if err != nil {
		t.Fatal(err)
	}
	impact, err := picture.Impact(x, picture.View{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*picture.Scene{waves, impact} {
		text := string(s.SVG())
		for _, bad := range []string{"<script", "<a ", "<img", "\x00", "\u202e", "\ufffe"} {
			if strings.Contains(text, bad) {
				t.Errorf("the picture holds %q", bad)
			}
		}
		if err := xml.Unmarshal([]byte(text), new(any)); err != nil {
			t.Error(err)
		}
		if _, err := s.PNG(); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatCannotBeDrawnIsRefused(t *testing.T) {
	circle := plan.Empty()
	circle.Services = []plan.Service{{ID: "a", Deps: []plan.Dep{{To: "b", Kind: plan.Hard}}}, {ID: "b", Deps: []plan.Dep{{To: "a", Kind: plan.Hard}}}}
	for name, p := range map[string]*plan.Plan{"no services": plan.Empty(), "a circle": circle} {
		if _, err := picture.Waves(p, nil, picture.View{}); err == nil {
			t.Errorf("%s was drawn", name)
		}
	}
	if _, err := picture.Impact(plan.Process{ID: "x"}, picture.View{}); err == nil {
		t.Error("an analysis without a grid was drawn")
	}
	if _, err := picture.Cost(plan.Process{ID: "x"}, bia.Economy{}, picture.View{}); err == nil {
		t.Error("an economy without strategies was drawn")
	}
	if _, err := picture.Schedule(plan.Empty(), nil, order.Schedule{}, picture.View{}); err == nil {
		t.Error("an empty schedule was drawn")
	}
}

func TestAPlanOfAnySizeIsDrawn(t *testing.T) {
	for _, n := range []int{1, 5, 40, 41, 300, 600, 601, 10000} {
		p := crowd(n)
		for _, v := range []picture.View{{}, {Narrow: true}} {
			s, err := picture.Waves(p, nil, v)
			if err != nil {
				t.Fatalf("%d services: %v", n, err)
			}
			if w, h := s.Size(); w > 4000 || h > 4000 {
				t.Errorf("%d services need %.0f by %.0f", n, w, h)
			}
		}
	}
}

func TestTheWorstOfALargeScheduleIsShownAndTheRestCounted(t *testing.T) {
	p := crowd(2000)
	g, err := order.New(p.Services)
	if err != nil {
		t.Fatal(err)
	}
	schedule := g.Schedule(order.Limits{}, nil)
	for _, v := range []picture.View{{}, {Narrow: true}} {
		s, err := picture.Schedule(p, g, schedule, v)
		if err != nil {
			t.Fatal(err)
		}
		if _, h := s.Size(); h > 4000 {
			t.Errorf("the schedule is %.0f high", h)
		}
		text := string(s.SVG())
		for _, want := range []string{"more BREACH", "more OK", "BREACH "} {
			if !strings.Contains(text, want) {
				t.Errorf("the picture does not say %q", want)
			}
		}
		if n := strings.Count(text, "<g><title>svc-"); n != 60 {
			t.Errorf("%d services have a row", n)
		}
	}
}

func TestStatesAreToldByShapeAndWord(t *testing.T) {
	all := drawn(t)
	for name, words := range map[string][]string{
		"waves":    {"needed by 50m", "cannot be met", "inversion: promised later than needed", "and holds its data", "needed to start", "works worse without", "1 inversion"},
		"schedule": {"BREACH 5m late", "OK ", "past the deadline"},
		"forecast": {"FAILED", "BLOCKED by db"},
		"impact":   {"MTPD 4h", "unacceptable after 24h: financial"},
		"cost":     {"dropped: 24h+1h", "the cheapest that is admitted"},

		"cost-without-frequency": {"totals are withheld"},
	} {
		text := string(all[name].SVG())
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q", name, w)
			}
		}
	}
}

func BenchmarkWavesOf300(b *testing.B) {
	p := crowd(300)
	for b.Loop() {
		s, err := picture.Waves(p, nil, picture.View{})
		if err != nil {
			b.Fatal(err)
		}
		s.SVG()
	}
}
