package pagerduty_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The page names every setting, and none that there is not.
func TestThePageNamesEverySetting(t *testing.T) {
	page, err := os.ReadFile("../../docs/pagerduty.md")
	if err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	setting := regexp.MustCompile("`pagerduty\\.([a-z_]+)`")
	known := map[string]bool{}
	for _, m := range setting.FindAllStringSubmatch(string(all), -1) {
		known[m[1]] = true
		if !strings.Contains(string(page), "pagerduty."+m[1]) && !regexp.MustCompile(`(?m)^  (# )?`+m[1]+`:`).Match(page) {
			t.Errorf("docs/pagerduty.md does not name pagerduty.%s", m[1])
		}
	}
	if len(known) < 10 {
		t.Errorf("docs/configuration.md names %d settings", len(known))
	}
	for _, m := range setting.FindAllStringSubmatch(string(page), -1) {
		if !known[m[1]] {
			t.Errorf("there is no setting pagerduty.%s", m[1])
		}
	}
}
