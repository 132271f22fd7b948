package lint

import (
	"testing"
	"time"

	"holdfast/plan"
)

// The example promises 90 minutes for the database that the API needs after 80.
func TestTheExamplePlanHasOneWarningAndNoError(t *testing.T) {
	p, findings := Load("../../examples/northbridge")
	if p == nil || len(findings) != 1 {
		t.Fatalf("findings: %v", findings)
	}
	want := "services/db-payments.yaml:5:6: warning E_RTO_INVERSION: db-payments has RTO 1h30m but eff 1h20m, because of payments-api: 1h30m-10m." +
		" It does not even promise less than payments-api. Shorten it to 1h20m, or give payments-api more time."
	if got := findings[0].String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if plan.ExitCode(findings) != 0 {
		t.Error("a warning must not make the check fail")
	}
	if ahead := Ahead(p, time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)); len(ahead) > 0 {
		t.Errorf("ahead: %v", ahead)
	}
}
