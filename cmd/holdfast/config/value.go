package config

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/internal/redact"
	"holdfast/plan"
)

// source says where a value comes from.
type source struct {
	key     string
	fromEnv bool // secrets may stand in the environment, never in the file
}

// value is a field of Config that can be read from text. set refuses with a
// *refusal whose message holds no secret.
type value interface {
	set(text string, from source) error
	expects() string
}

// refusal says why a value is not taken.
type refusal struct{ message, fix string }

func (r *refusal) Error() string { return r.message }

func refuse(fix, format string, args ...any) error {
	return &refusal{fmt.Sprintf(format, args...), fix}
}

// harmless refuses text that looks like a secret.
func harmless(s string, from source) error {
	if _, found := redact.Secrets(s); len(found) > 0 && !from.fromEnv {
		return refuse("Take it out, change it where it is valid, and refer to it by env:, file: or exec:.",
			"this looks like a secret (%s); its value is masked here.", strings.Join(found, ", "))
	}
	return nil
}

type text struct{ at *string }

func (v text) expects() string { return "a text" }

func (v text) set(s string, from source) error {
	*v.at = s
	return harmless(s, from)
}

// path is a file or folder.
type path struct{ at *string }

func (v path) expects() string { return "a path" }

func (v path) set(s string, from source) error { return text(v).set(s, from) }

type name struct{ at *string }

func (v name) expects() string { return "1 to 64 of a-z, 0-9 and -" }

var nameForm = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

func (v name) set(s string, _ source) error {
	if !nameForm.MatchString(s) {
		return refuse("Use "+v.expects()+".", "that is no name.")
	}
	*v.at = s
	return nil
}

// place is a store: file:DIR or the URL of a Redis.
type place struct{ at *string }

func (v place) expects() string { return "file:DIR, or redis://user@host:6379 and its kin" }

func (v place) set(s string, from source) error {
	if u, err := url.Parse(s); err == nil && u.User != nil && !from.fromEnv {
		if _, has := u.User.Password(); has {
			return refuse("Leave it out, and refer to it by store.password or archive.password.", "the address holds a password.")
		}
	}
	if dir, isFile := strings.CutPrefix(s, "file:"); !strings.Contains(s, "://") && (!isFile || dir == "") {
		return refuse("Write "+v.expects()+".", "that names no store.")
	}
	*v.at = s
	return nil
}

// link is the address of a web service.
type link struct{ at *string }

func (v link) expects() string { return "a URL such as https://pager.example.com/page" }

func (v link) set(s string, from source) error {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return refuse("Write "+v.expects()+".", "that is no URL.")
	case u.User != nil:
		return refuse("Take it out; a secret is given as a setting of its own.", "the URL holds a user or password.")
	}
	*v.at = s
	return harmless(s, from)
}

// base is a link that paths are put behind, kept without a stroke at its end.
type base struct{ at *string }

func (v base) expects() string { return "a URL such as https://holdfast.example.com" }

func (v base) set(s string, from source) error {
	if err := link(v).set(strings.TrimRight(s, "/"), from); err != nil {
		return refuse("Write "+v.expects()+".", "that is no address people could open.")
	}
	if strings.ContainsAny(s, "?#") {
		*v.at = ""
		return refuse("Leave out what begins with ? or #.", "a path cannot be put behind it.")
	}
	return nil
}

// repository is the address of a git repository.
type repository struct{ at *string }

func (v repository) expects() string {
	return "https://HOST/PATH, ssh://HOST/PATH, or on this machine git://HOST/PATH or file:///PATH"
}

func (v repository) set(s string, from source) error {
	u, err := url.Parse(s)
	switch {
	case err != nil || !slices.Contains([]string{"https", "http", "ssh", "git", "file"}, u.Scheme) || (u.Host == "") != (u.Scheme == "file") || strings.Trim(u.Path, "/") == "":
		return refuse("Write "+v.expects()+".", "that is no address of a repository.")
	case u.User != nil:
		return refuse("Take it out; the user is plan.git.user, a token plan.git.token.", "the address holds a user or password.")
	case u.RawQuery != "" || u.Fragment != "":
		return refuse("Leave out what begins with ? or #.", "that is no address of a repository.")
	}
	*v.at = s
	return harmless(s, from)
}

type address struct {
	at       *string
	optional bool
}

func (v address) expects() string {
	if v.optional {
		return "host:port, or none"
	}
	return "host:port"
}

func (v address) set(s string, _ source) error {
	if v.optional && s == "none" {
		*v.at = ""
		return nil
	}
	if _, port, err := net.SplitHostPort(s); err != nil || !isPort(port) {
		return refuse("Write "+v.expects()+", such as 127.0.0.1:8080.", "%q is no address.", s)
	}
	*v.at = s
	return nil
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && strconv.FormatUint(n, 10) == s
}

type choice struct {
	at      *string
	options []string
}

func (v choice) expects() string { return strings.Join(v.options, ", ") }

func (v choice) set(s string, _ source) error {
	if !slices.Contains(v.options, s) {
		return refuse("One of "+v.expects()+".", "%q is not among the choices.", s)
	}
	*v.at = s
	return nil
}

// length is a duration within bounds.
type length struct {
	at       *time.Duration
	low, top string
}

func (v length) expects() string { return "a duration from " + v.low + " to " + v.top }

func (v length) set(s string, _ source) error {
	if s == "none" {
		*v.at = 0
		return nil
	}
	d, err := parseLength(s)
	if err != nil {
		f := fault.From(err)
		return refuse(f.Next, "%s", f.Text)
	}
	low, _ := parseLength(v.low)
	top, _ := parseLength(v.top)
	if d < low || d > top {
		return refuse("", "%s is not %s.", s, v.expects())
	}
	*v.at = d
	return nil
}

var milliseconds = regexp.MustCompile(`^([0-9]{1,6})ms$`)

// parseLength reads the durations of a plan, and milliseconds, which a plan
// has no use for.
func parseLength(s string) (time.Duration, error) {
	if m := milliseconds.FindStringSubmatch(s); m != nil {
		n, err := strconv.Atoi(m[1])
		return time.Duration(n) * time.Millisecond, err
	}
	return plan.ParseDuration(s)
}

type flag struct{ at *bool }

func (v flag) expects() string { return "true or false" }

func (v flag) set(s string, _ source) error {
	if s != "true" && s != "false" {
		return refuse("Write true or false.", "%q is neither.", s)
	}
	*v.at = s == "true"
	return nil
}

type count struct {
	at       *int
	low, top int
}

func (v count) expects() string { return fmt.Sprintf("a number from %d to %d", v.low, v.top) }

func (v count) set(s string, _ source) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < v.low || n > v.top {
		return refuse("", "%q is not %s.", s, v.expects())
	}
	*v.at = n
	return nil
}

// list is several words, in the environment separated by commas.
type list struct {
	at      *[]string
	example string
}

func (v list) expects() string { return "a list such as [" + v.example + "]" }

func (v list) set(s string, from source) error {
	*v.at = nil
	for _, word := range strings.Split(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			*v.at = append(*v.at, word)
		}
	}
	return harmless(s, from)
}
