// Package fault is the one error type people see: a code to look up, a
// sentence that says what is wrong, and what to do next.
package fault

import (
	"errors"
	"fmt"
)

// Error is a refusal or a failure that is shown to a person.
type Error struct {
	Code Code   // stable, listed in docs/errors.md
	Text string // one sentence: what is wrong, and where
	Next string // what to do next; may be empty when Text already says it
	// Permanent marks an effect failure that no retry can mend.
	Permanent bool
	Err       error // the cause, for logs; never shown in chat
}

// New returns a refusal. text and next are shown as they are.
func New(code Code, text, next string) *Error {
	return &Error{Code: code, Text: text, Next: next}
}

// Newf returns a refusal whose sentence is formatted.
func Newf(code Code, next, format string, args ...any) *Error {
	return &Error{Code: code, Text: fmt.Sprintf(format, args...), Next: next}
}

// Wrap returns a failure that keeps its cause for the log.
func Wrap(err error, code Code, text, next string) *Error {
	return &Error{Code: code, Text: text, Next: next, Err: err}
}

func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Text
	if e.Next != "" {
		s += " " + e.Next
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, fault.Error{Code: X}) unnecessary: two faults are
// the same when their codes are.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// CodeOf returns the code of the first fault in err's chain, or "".
func CodeOf(err error) Code {
	var f *Error
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}

// From returns the fault in err's chain. Any other error becomes E_INTERNAL,
// so that a person always sees a code and a sentence.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return Wrap(err, Internal, "Something failed inside Holdfast.", "Nothing was recorded by this command. Try again; if it persists, run `holdfast verify` and look at the log.")
}
