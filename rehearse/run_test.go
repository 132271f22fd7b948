package rehearse_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/rehearse"
	"holdfast/storage"
	"holdfast/storage/memory"
)

const northbridge = "../examples/northbridge"

// stage is the beginning of most scenarios of these tests.
const stage = "rehearse 1\nat 2026-11-02T10:00:00Z\n"

// rehearsed runs one scenario on a store in memory.
func rehearsed(t *testing.T, text string) (exit int, report, transcript string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "scene.txt")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var said, happened bytes.Buffer
	exit = rehearse.Run(t.Context(), rehearse.Options{
		Files: []string{file}, Plan: northbridge, Report: &said, Transcript: &happened,
		Open: func(context.Context, string) (storage.Store, error) {
			return memory.New(clock.NewManual(time.Time{})), nil
		},
		Export: func(_ context.Context, _ storage.Store, journal, format string, w io.Writer) error {
			_, err := io.WriteString(w, "record of "+journal+" as "+format)
			return err
		},
	})
	clean := strings.NewReplacer(file, "scene.txt")
	return exit, clean.Replace(said.String()), clean.Replace(happened.String())
}

// holds fails the test unless the scenario is clean.
func holds(t *testing.T, text string) {
	t.Helper()
	if exit, report, transcript := rehearsed(t, text); exit != rehearse.Clean {
		t.Errorf("exit %d\n%s\n%s", exit, report, transcript)
	}
}

func TestTheLanguagesOwnExampleHolds(t *testing.T) {
	holds(t, stage+`@alice #ops: /incident declare "checkout failing" sev:1 service:payments-api
expect reply ~ INC-1
expect page team:app ~ checkout failing
expect state INC-1 roles.acting = alice
+5m
fail pager 503 for 4m
@bob #inc-1-checkout-failing: /incident role commander @bob
expect state INC-1 roles.commander = bob
@bob: /incident decide "fail over to B" because "replica lag 2 s"
restart
expect journal INC-1 has decision.made
@bob: /incident declare "x" service:payment
expect error E_UNKNOWN_ID
expect verify INC-1 ok
`)
}
