package pagerduty

import (
	"testing"

	"holdfast/plan"
)

func TestARegionIsBothOfItsAddresses(t *testing.T) {
	for region, want := range map[string][2]string{
		"us": {"https://api.pagerduty.com", "https://events.pagerduty.com"},
		"eu": {"https://api.eu.pagerduty.com", "https://events.eu.pagerduty.com"},
	} {
		o := Options{Key: "a-key-of-the-account", From: "holdfast@northbridge.example", Service: "PSVCALL", Region: region, Plan: plan.Empty}
		p, err := New(o)
		if err != nil || p.o.API != want[0] || p.o.Events != want[1] {
			t.Errorf("%s: %+v, %v", region, p, err)
		}
		o.API, o.Events = "https://proxy.example/pagerduty/", "https://proxy.example/events"
		if p, err = New(o); err != nil || p.o.API != "https://proxy.example/pagerduty" || p.o.Events != o.Events {
			t.Errorf("%s behind a proxy: %+v, %v", region, p, err)
		}
	}
}
