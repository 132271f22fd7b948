package webhook_test

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/integrations/webhook"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
	"holdfast/rehearse/standin"
)

// The page is what people build endpoints from, so its examples are what is
// truly sent, line by line.
func TestThePageShowsWhatIsTrulySent(t *testing.T) {
	page, err := os.ReadFile("../../docs/webhook.md")
	if err != nil {
		t.Fatal(err)
	}
	var sent []string
	server, err := standin.Serve(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = append(sent, r.Method+" "+r.RequestURI+" "+r.Proto)
		for _, h := range []string{"Content-Type", "Idempotency-Key", "Holdfast-Signature"} {
			if r.Header.Get(h) != "" {
				sent = append(sent, h+": "+r.Header.Get(h))
			}
		}
		if len(body) > 0 {
			sent = append(sent, "User-Agent: "+r.UserAgent(), string(body))
		}
		_, _ = io.WriteString(w, `{"id":"PG-1"}`)
	}))
	if err != nil {
		t.Fatal(err)
	}
	http, err := outbound.New(outbound.Options{Version: "1.0.0", Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	p, err := webhook.NewPager(webhook.Options{URL: server.URL + "/page", Secrets: []string{secret}, HTTP: http, Clock: clock.NewManual(at)})
	if err != nil {
		t.Fatal(err)
	}
	r := integrations.PageRequest{Key: "INC-1/page:team:app", Target: "team:app", Summary: "INC-1 SEV1: checkout failing", Severity: 1, Incident: "INC-1"}
	if _, err := p.Page(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Find(t.Context(), r.Key); err != nil {
		t.Fatal(err)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if len(sent) != 8 {
		t.Fatalf("%d lines were sent: %q", len(sent), sent)
	}
	for _, line := range append(sent, "`"+secret+"`") {
		if !strings.Contains(string(page), line) {
			t.Errorf("docs/webhook.md does not show %s", line)
		}
	}
}
