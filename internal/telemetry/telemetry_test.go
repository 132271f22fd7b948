package telemetry_test

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"holdfast/internal/telemetry"
)

func TestNoSecretReachesTheLog(t *testing.T) {
	const token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		log, err := telemetry.Logger(&out, "debug", format)
		if err != nil {
			t.Fatal(err)
		}
		log.With("caller", token).WithGroup("call").Error("refused "+token, "err", errors.New("GET https://user:hunter22@host/?x: "+token),
			"header", []string{token}, "url", "redis://holdfast:hunter22@r:6379")
		if s := out.String(); strings.Contains(s, token) || strings.Contains(s, "hunter22") || !strings.Contains(s, "redacted github-token") {
			t.Errorf("%s: %s", format, s)
		}
	}
}

func TestTheLogBeginsAtItsLevel(t *testing.T) {
	var out bytes.Buffer
	log, err := telemetry.Logger(&out, "warn", "text")
	if err != nil {
		t.Fatal(err)
	}
	log.Info("quiet")
	log.Warn("loud", "journal", "INC-1", "took", time.Second)
	if s := out.String(); strings.Contains(s, "quiet") || !strings.Contains(s, "msg=loud journal=INC-1 took=1s") {
		t.Error(s)
	}
	for _, bad := range [][2]string{{"loud", "text"}, {"info", "xml"}} {
		if _, err := telemetry.Logger(&out, bad[0], bad[1]); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}

func TestMetricsTellWhatHappened(t *testing.T) {
	m := telemetry.New("v1")
	m.Store("redis", "D0")
	m.Store("redis", "D2")
	m.Appended("landed", 3*time.Millisecond)
	m.Answered("note", "", time.Millisecond)
	m.Answered("", "E_USAGE", time.Millisecond)
	m.Refused("token")
	m.Called("page", "done", time.Second)
	m.Gauge("holdfast_performing", "1 while this replica performs effects.", func() float64 { return 1 })
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	for _, line := range []string{
		`holdfast_store_info{class="D2",kind="redis"} 1`, `holdfast_append_seconds_count{outcome="landed"} 1`,
		`holdfast_command_seconds_count{code="",verb="note"} 1`, `holdfast_refused_requests_total{reason="token"} 1`,
		`holdfast_effect_call_seconds_count{outcome="done",type="page"} 1`, `holdfast_performing 1`, `holdfast_build_info{version="v1"} 1`,
	} {
		if !strings.Contains(w.Body.String(), line+"\n") {
			t.Errorf("no %s", line)
		}
	}
	if strings.Contains(w.Body.String(), `class="D0"`) {
		t.Error("the class before is still told")
	}
}
