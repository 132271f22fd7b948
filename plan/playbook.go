package plan

import "time"

// Playbook is how people bring something back, step by step: playbooks/**/*.yaml.
type Playbook struct {
	ID           string
	Name         string
	Service      string // service id; may be empty
	Role         string // who works by it: "dba"
	Trigger      string // when it is opened
	Owner        string // person id
	ReviewedAt   time.Time
	Version      string
	MinApprovals int
	ApprovedBy   []string // person ids
	Steps        []Step
	Script       *Script
	File         string // relative to the plan's folder
}

// Step is one thing to do.
type Step struct {
	ID            string
	Do            string
	Command       string // may hold {{facts}}
	Expect        string
	Timeout       time.Duration
	Reversible    bool
	Danger        string // see Dangers; empty is "none"
	CredentialRef string // "vault:path#field", never the secret
	Facts         []string
	Role          string // empty: the playbook's
}

// Dangers lists how careful a step must be started.
var Dangers = []string{"none", "confirm", "two_person"}

// Script is a playbook that a machine runs, with its manual twin.
type Script struct {
	Path        string
	SHA256      string
	Args        []string
	Pre         []string
	DryRun      bool
	Timeout     time.Duration
	Exit        map[int]string // code -> done, precondition, partial, refused; other codes failed
	Idempotent  bool
	ManualSteps []Step
}
