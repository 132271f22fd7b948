// Package config reads how a server is set: one YAML file, and the environment
// over it. Every setting is one row of settings.go; docs/configuration.md is
// made from the same rows.
package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Config is how a server is set. Load fills it; the zero Config is of no use.
type Config struct {
	PlanDir string
	PlanGit PlanGit // where PlanDir is empty

	StoreURL            string // may hold a password when the environment set it
	StorePassword       Secret
	Workspace           string
	Durability          string // always, replicated, declared-always, relaxed
	StoreTimeout        time.Duration
	StorePatience       time.Duration
	ReplicaName         string
	LeaseLife           time.Duration
	KeysDir             string // of the key that seals exports
	ArchiveDir          string
	ArchiveAfter        time.Duration // 0: nothing is archived
	ArchiveURL          string        // of a user that may archive; empty is StoreURL
	ArchivePassword     Secret
	ListenAddress       string
	Certificate         string // PEM file; empty: no TLS
	Key                 string // PEM file
	ClientCA            string // PEM file; certificates it has signed name a person
	BehindProxy         bool
	PublicURL           string // where people reach this server, without a stroke at its end; empty: nowhere
	Connections         int
	OpsAddress          string // health and metrics; empty: not served
	Tokens              string // file
	LogLevel            string // debug, info, warn, error
	LogFormat           string // text, json
	SlackToken          Secret // Given: Slack is a platform
	SlackSigning        Secret
	SlackSigningOld     Secret
	SlackAppToken       Secret // Given: Socket Mode
	SlackAppID          string
	SlackCommands       []string // that mean /incident
	SlackContinuity     []string // that mean /continuity
	SlackAPI            string
	PagerURL            string
	PagerSecret         Secret
	PagerSecretOld      Secret
	PagerDutyKey        Secret // Given: PagerDuty pages people
	PagerDutyFrom       string
	PagerDutyService    string
	PagerDutyRouting    Secret
	PagerDutyPriorities []string // of SEV1 to SEV4, or none
	PagerDutyFurther    string
	PagerDutyRegion     string // us, eu
	PagerDutyHook       Secret // Given: its webhooks are taken in
	PagerDutyHookOld    Secret
	PagerDutyAPI        string
	PagerDutyEvents     string
	TrackerURL          string
	TrackerSecret       Secret
	TrackerSecretOld    Secret
	MailServer          string // host:port; empty: no mail is sent
	MailSecurity        string // starttls, tls, none
	MailUser            string
	MailPassword        Secret
	MailFrom            string
	MailName            string
	MailDirect          bool     // not through the proxy
	OutboundAllow       []string // hosts and CIDRs that may be called though they are private
	OutboundProxy       string
	OutboundRoots       string // PEM file
	JiraURL             string
	JiraUser            string // empty: the token is a bearer's
	JiraToken           Secret
	JiraType            string
	JiraSubType         string
	JiraResolution      string
	JiraHook            Secret // Given: Jira calls
	JiraHookOld         Secret
	StatusPage          string // id of the page that customers look at; empty: none
	StatusPageToken     Secret
	StatusPageQuiet     bool   // its subscribers are not written to
	StatusPageAPI       string // empty: Statuspage's own
}

// PlanGit is how the plan's repository is reached.
type PlanGit struct {
	URL       string
	Branch    string
	Folder    string
	Poll      time.Duration
	Copy      string // a folder; empty only when nothing is configured
	User      string
	Token     Secret
	Key       Secret
	Hosts     string // file
	Signers   string // file
	Approvals int
}

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	Where   string // holdfast.yaml:12, or the name of a variable
	Message string // holds no value that may be a secret
	Fix     string
}

// String writes a problem as compilers do.
func (p Problem) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s: %s %s", p.Where, p.Message, p.Fix))
}

// Problems is the error of a configuration that cannot be used: all that is
// wrong with it.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// prefix begins the variable of every setting: HOLDFAST_STORE_URL.
const prefix = "HOLDFAST_"

// Variable is the environment variable of a setting.
func Variable(key string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// Load reads the file at path, unless path is empty, then the environment, and
// checks the whole. The error is Problems, or of the reading itself.
func Load(path string, env func(string) string) (Config, error) {
	l := &loading{where: map[string]string{}}
	if path != "" {
		if err := l.file(path); err != nil {
			return Config{}, err
		}
	}
	for _, s := range l.config.settings() {
		name := Variable(s.Key)
		if v := env(name); v != "" {
			l.where[s.Key] = name
			l.set(s, v, true)
		}
	}
	l.fill()
	l.check()
	if len(l.found) > 0 {
		slices.SortStableFunc(l.found, func(a, b Problem) int { return strings.Compare(a.Where, b.Where) })
		return l.config, l.found
	}
	return l.config, nil
}

// loading is one Load on its way.
type loading struct {
	config Config
	found  Problems
	where  map[string]string // where each setting was given: file and line, or variable
}

func (l *loading) report(where, fix, format string, args ...any) {
	l.found = append(l.found, Problem{where, fmt.Sprintf(format, args...), fix})
}

// at names where a setting was given, or the setting itself.
func (l *loading) at(key string) string {
	if w := l.where[key]; w != "" {
		return w
	}
	return key
}

func (l *loading) set(s setting, value string, fromEnv bool) {
	if err := s.value.set(value, source{key: s.Key, fromEnv: fromEnv}); err != nil {
		var r *refusal
		if !errors.As(err, &r) {
			r = &refusal{message: err.Error()}
		}
		l.report(l.at(s.Key), r.fix, "%s: %s", s.Key, r.message)
	}
}

// fill gives every setting that nobody gave its default.
func (l *loading) fill() {
	for _, s := range l.config.settings() {
		if _, given := l.where[s.Key]; !given && s.Default != "" {
			if err := s.value.set(s.Default, source{key: s.Key}); err != nil {
				panic("config: the default of " + s.Key + ": " + err.Error())
			}
		}
	}
}
