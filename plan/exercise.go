package plan

import "time"

// Exercise is a rehearsal with people: exercises/*.yaml.
type Exercise struct {
	ID           string
	Name         string
	Type         string // see ExerciseTypes
	Services     []string
	Scenario     string // what is assumed to have happened
	Participants []string
	Facilitator  string
	Every        time.Duration // zero: once
	Duration     time.Duration
	Backout      time.Duration
	Injects      []Inject
	Decisions    []Decision
	File         string
}

// ExerciseTypes lists the kinds of exercise.
var ExerciseTypes = []string{"tabletop", "failover", "restore", "simulation"}

// Inject is what the facilitator throws in.
type Inject struct {
	At      time.Duration // after the begin
	Text    string
	Expects string // see InjectAnswers; empty: nothing

	Decision string // id of the decision it waits for; may be empty
}

// Decision is a question an exercise wants answered, and who may answer it.
type Decision struct {
	ID        string
	Question  string
	Authority []string // person ids
	Deputy    string   // person id; empty is a gap
	Threshold time.Duration
}

// Criteria say when a service is degraded and when it is out, from what is
// measured.
type Criteria struct {
	Journey     string
	SLO         float64       // percent, below 100
	Window      time.Duration // of the error budget
	MinVolume   int           // requests
	OutageRatio float64       // percent of requests that succeed, below which it is an outage
	Quorum      float64       // percent of vantages
	Hold        time.Duration // a better state has to last so long
}
