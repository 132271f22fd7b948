package main

import "time"

// factSize is the length of a fact in the append benchmarks, in bytes.
const factSize = 500

// seed makes the made-up incidents the same in every run.
const seed = 20260213

// noisy is the spread of a control, (slowest - fastest) / median over the
// rounds, above which no verdict is given: the machine was busy with something
// else, so a ratio would say more about that than about Holdfast.
const noisy = 0.5

// sizes say how much is measured.
type sizes struct {
	rounds int

	writers    int // that append at once, each to its own journal
	appends    int // of each of them
	rawAppends int // of the control, by all writers together
	oneAppends int // of one writer, and of its control

	opened, openEntries   int // incidents that are not over, entries of each
	closed, closedEntries int // incidents that are over

	notes    int // that engine.Do takes, in one incident
	inMemory int // such incidents, one after the other, in a store in memory
	inFile   int // the same in a file store
	folded   int // entries that are folded
	folds    int // how many times

	exported int // entries of the exported journal

	callers   int // that reach Redis, or a server, at once
	redisEach int // appends of each to Redis, and of the control
	httpEach  int // notes of each over HTTP

	declares      int           // in Slack
	declaresApart time.Duration // from one to the next
	hangAsked     int           // notes in a room of Slack, while a call hangs
	hangPerSecond int

	paged   int   // pages that leave, one after the other
	planned []int // services of a plan that is checked and scheduled, growing

	asked          int // notes that come at a steady rate
	askedPerSecond int
}

var fullSizes = sizes{
	rounds:  5,
	writers: 64, appends: 1000, rawAppends: 4000, oneAppends: 3000,
	opened: 50, openEntries: 500, closed: 10_000, closedEntries: 50,
	notes: 500, inMemory: 20, inFile: 3, folded: 500, folds: 100,
	exported: 100_000, paged: 200,
	callers: 50, redisEach: 600, httpEach: 100,
	asked: 2000, askedPerSecond: 500,
	declares: 10, declaresApart: 6 * time.Second, hangAsked: 200, hangPerSecond: 50,
	planned: []int{100, 1000, 2000, 10_000},
}

var quickSizes = sizes{
	rounds:  2,
	writers: 16, appends: 5, rawAppends: 10, oneAppends: 5,
	opened: 3, openEntries: 60, closed: 20, closedEntries: 12,
	notes: 20, inMemory: 2, inFile: 1, folded: 50, folds: 2,
	exported: 500, paged: 5,
	callers: 5, redisEach: 5, httpEach: 3,
	asked: 20, askedPerSecond: 500,
	declares: 2, hangAsked: 10, hangPerSecond: 50,
	planned: []int{10, 20},
}
