package outbound

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Failure is a call that brought no usable answer. Unless the other side says
// otherwise it may have been done all the same. Its text holds the provider's
// host at most: no path, query, user or header.
type Failure struct {
	Status int           // of the answer; 0 when none came
	After  time.Duration // for how long it wants to be left alone; 0 when it does not say
	Body   []byte        // of an answer that is not 2xx, as far as it came
	Says   string        // why, in the provider's words, which whoever knows its answers fills in; see Sentence
	Err    error         // why no answer came, or none that can be used; nil when Status says it
}

func (f *Failure) Error() string {
	var s string
	switch {
	case f.Err != nil:
		s = words(f.Err)
	case f.Status >= 300 && f.Status < 400:
		s = fmt.Sprintf("it answered %d, a redirect, which is not followed; configure where it leads", f.Status)
	default:
		s = fmt.Sprintf("it answered %d", f.Status)
	}
	if f.Says != "" {
		s += ": " + Sentence(f.Says)
	}
	return s
}

func (f *Failure) Unwrap() error { return f.Err }

// Failed tells whether a call has failed, from what an HTTP client has
// returned, or a library that hands on an answer together with an error. nil
// is an answer in 200 to 299, whose body is still to be read; otherwise the
// body has been read and closed. now is what a date in Retry-After is compared
// with.
func Failed(resp *http.Response, err error, now time.Time) *Failure {
	var f *Failure
	switch {
	case errors.As(err, &f):
		return f
	case resp == nil:
		return &Failure{Err: withoutURL(err)}
	}
	good := resp.StatusCode >= 200 && resp.StatusCode < 300
	if good && err == nil {
		return nil
	}
	defer resp.Body.Close()
	if good { // and a library could not make use of it
		return &Failure{Status: resp.StatusCode, Err: withoutURL(err)}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxAnswer))
	if err != nil {
		body = nil // half an answer says nothing; the status is whole
	}
	return &Failure{Status: resp.StatusCode, After: retryAfter(resp.Header.Get("Retry-After"), now), Body: body}
}

// Unreadable is an answer with a good status that cannot be used. why ends the
// sentence "its answer ...".
func Unreadable(status int, why string) *Failure {
	return &Failure{Status: status, Err: &UnreadableError{Why: why}}
}

// UnreadableError says why an answer cannot be used.
type UnreadableError struct{ Why string }

func (e *UnreadableError) Error() string { return "its answer " + e.Why }

// maxAfter bounds what a provider can ask for. What it really needs it will
// say again; a slip of its pen must not put a page off for days.
const maxAfter = 15 * time.Minute

// retryAfter reads a Retry-After: seconds or a date. What is neither, or over,
// is no wish.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	var d time.Duration
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		d = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxAfter)
}

// withoutURL takes off what http.Client puts around an error: the whole URL,
// with its query.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
