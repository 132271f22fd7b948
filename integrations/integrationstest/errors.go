// Package integrationstest is the suite that every provider passes: the
// contracts of package integrations, as sentences.
package integrationstest

import (
	"errors"
	"testing"
	"time"

	"holdfast/internal/fault"
)

// undone are the ways of failing after which nothing has been done.
var undone = []string{"refuse", "hang", "401", "429", "500", "503", "tls", "garbage"}

// passing demands an error that the engine tries again, and for 429 not before
// its time.
func passing(t *testing.T, mode string, err error) {
	t.Helper()
	worthAnother(t, mode, err)
	var hint interface{ RetryAfter() time.Duration }
	if mode == "429" && (!errors.As(err, &hint) || hint.RetryAfter() <= 0) {
		t.Errorf("429 does not say when to come back: %v", err)
	}
}

// worthAnother demands an error that the engine tries again.
func worthAnother(t *testing.T, mode string, err error) {
	t.Helper()
	if err == nil {
		t.Fatalf("%s is no error", mode)
	}
	if fault.From(err).Permanent {
		t.Errorf("%s ends the effect for good: %v", mode, err)
	}
}

// lasting demands an error that ends the effect and says what to do.
func lasting(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		t.Fatal("it was accepted")
	}
	if f := fault.From(err); !f.Permanent || f.Text == "" || f.Next == "" {
		t.Errorf("want a lasting fault with a remedy, got %v", err)
	}
}
