package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// Command is the body of POST /api/v1/commands: what a person says, in the
// grammar of chat, or a form they have filled.
type Command struct {
	// Delivery names this command: the same one, sent again, is answered and
	// not repeated. Left out, it is one of its own.
	Delivery string    `json:"delivery,omitempty"`
	Root     string    `json:"root,omitempty"` // incident when left out
	Text     string    `json:"text"`           // the words behind the root
	Room     string    `json:"room,omitempty"` // where it is said: "#inc-1-checkout-failing"
	Origin   string    `json:"origin,omitempty"`
	Form     *bot.Form `json:"form,omitempty"`
}

// Answer is what a command is answered with.
type Answer struct {
	Delivery string            `json:"delivery"`
	Interim  bool              `json:"interim,omitempty"` // still being recorded: send it again for the answer
	Ref      string            `json:"ref,omitempty"`     // the first entry it added: INC-42#4
	Incident string            `json:"incident,omitempty"`
	Code     fault.Code        `json:"code,omitempty"` // why it was refused; empty when it was not
	Text     string            `json:"text"`           // the answer in plain text
	Message  templates.Message `json:"message"`        // the same as a tree
	Form     *bot.Form         `json:"form,omitempty"` // to be filled and sent
	MoveTo   string            `json:"move_to,omitempty"`
	File     string            `json:"file,omitempty"`    // the record that is ready at /export, or the name of Content
	Content  []byte            `json:"content,omitempty"` // a picture, PNG
}

// Problem is the body of every other refusal.
type Problem struct {
	Code fault.Code `json:"code"`
	Text string     `json:"text"`
	Next string     `json:"next,omitempty"`
}

func answerOf(delivery string, reply bot.Reply) Answer {
	return Answer{Delivery: delivery, Interim: reply.Interim, Ref: reply.Ref, Incident: reply.Journal, Code: reply.Code,
		Text: templates.Plain(reply.Message), Message: reply.Message, Form: reply.Form, MoveTo: reply.MoveTo, File: reply.File, Content: reply.Content}
}

// Reply is the answer as the handler gave it.
func (a Answer) Reply() bot.Reply {
	return bot.Reply{Message: a.Message, Form: a.Form, Code: a.Code, Ref: a.Ref, Journal: a.Incident, MoveTo: a.MoveTo, File: a.File, Content: a.Content, Interim: a.Interim}
}

// statusOf is the HTTP status of a refusal.
func statusOf(code fault.Code) int {
	switch code {
	case "":
		return http.StatusOK
	case fault.Role, fault.NotAddressee:
		return http.StatusForbidden
	case fault.UnknownID:
		return http.StatusNotFound
	case fault.Closed, fault.LostRace, fault.Stale, fault.Repeat, fault.NotOpen, fault.Newer, fault.TwoPerson:
		return http.StatusConflict
	case fault.TooBig:
		return http.StatusRequestEntityTooLarge
	case fault.Store:
		return http.StatusServiceUnavailable
	case fault.Internal:
		return http.StatusInternalServerError
	case fault.SignIn:
		return http.StatusUnauthorized
	}
	return http.StatusUnprocessableEntity
}

func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		s.o.Log.Debug("write an answer", "path", r.URL.Path, "err", err)
	}
}

// refuse answers with what is wrong and what to do.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	f := fault.From(err)
	if f.Code == fault.Internal {
		s.o.Log.Error("request failed", "path", r.URL.Path, "err", err)
	}
	if status == 0 {
		status = statusOf(f.Code)
	}
	if errors.As(err, new(*lateError)) {
		status = http.StatusRequestTimeout
	}
	s.write(w, r, status, Problem{Code: f.Code, Text: f.Text, Next: f.Next})
}

func notHere(r *http.Request) error {
	return fault.Newf(fault.UnknownID, "docs/api.md lists what there is.", "There is no %s %s.", r.Method, r.URL.Path)
}

// decode reads a body of JSON; it takes no field it does not know.
func decode(w http.ResponseWriter, r *http.Request, limit int64, v any) error {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit))
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return fault.Newf(fault.TooBig, "Shorten it; put long material into a ticket and note its link.", "The body is larger than the %d KiB that are taken in.", limit>>10)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &lateError{fault.New(fault.Usage, "The body did not arrive in time.", "Send it again: nothing of it was taken in.")}
	case err != nil:
		return fault.Newf(fault.Usage, "docs/api.md shows what a body looks like.", "The body is not what is wanted: %v.", plainError(err))
	case dec.More():
		return fault.New(fault.Usage, "Something follows the body's JSON.", "Send one object.")
	}
	return nil
}

// lateError has a status of its own.
type lateError struct{ error }

func (e *lateError) Unwrap() error { return e.error }

// plainError says what is wrong with JSON without quoting it at length.
func plainError(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Sprintf("%q must be a %s", wrong.Field, wrong.Type)
	}
	text := err.Error()
	if r := []rune(text); len(r) > 120 {
		text = string(r[:120]) + "..."
	}
	return text
}
