package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"holdfast/export"
	"holdfast/incident"
	"holdfast/internal/seeded"
	"holdfast/web"
)

// twins are two replicas in this process on one Redis.
func twins(t *testing.T, settings ...string) (first, second *site) {
	t.Helper()
	url := startRedisWith(t, settings...)
	p := shareProviders(t)
	for _, s := range []**site{&first, &second} {
		c := settingsFor(t, p)
		c.StoreURL, c.Durability = url, "relaxed"
		*s = openSite(t, c)
	}
	return first, second
}

// mixed are the things people do to each other in a crowd. %d is a number of
// its own.
var mixed = []string{
	`note "remark %d"`, `note "remark %d"`, `note "remark %d"`, `task add "work %d"`, `decide "choice %d" because "reason"`,
	`role claim commander`, `role claim commander`, `role drop commander`, `role claim scribe`, `role drop scribe`, `phase identified`, `phase recovering`,
	`severity 2 because "worse %d"`, `followup add "later %d"`, `edit impact "impact %d"`, `status`, `timeline`,
}

func TestTenThousandCommandsOnTwoReplicasLeaveOneStateAndOneCommander(t *testing.T) {
	t.Parallel()
	const commands, writers, incidents = 10_000, 32, 20
	a, b := twins(t, "--appendonly", "no")
	sites := []*site{a, b}
	var rooms []string
	for n := range incidents {
		answer := sites[n%2].as("alice").say("", fmt.Sprintf(`declare "trouble number %d" sev:3 again`, n+1))
		rooms = append(rooms, fmt.Sprintf("#inc-%d-trouble-number-%d", n+1, n+1))
		if answer.Incident != fmt.Sprintf("INC-%d", n+1) {
			t.Fatalf("%+v", answer)
		}
	}
	seed := seeded.Seed(t)
	var left, accepted, refused, strange atomic.Int64
	left.Store(commands)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			draw := rand.New(rand.NewPCG(seed, uint64(w)))
			for left.Add(-1) >= 0 {
				s := sites[draw.IntN(2)]
				who := []string{"alice", "bob", "carol", "dan", "erin"}[draw.IntN(5)]
				text := mixed[draw.IntN(len(mixed))]
				if n := draw.IntN(1 << 30); len(text) > 0 && text[len(text)-1] == '"' {
					text = fmt.Sprintf(text, n)
				}
				body, err := json.Marshal(web.Command{Text: text + " again", Room: rooms[draw.IntN(incidents)]})
				if err != nil {
					t.Error(err)
					return
				}
				status, answer, err := s.as(who).try(t.Context(), http.MethodPost, "/api/v1/commands", string(body))
				switch {
				case err != nil:
					t.Error(err)
					return
				case status == http.StatusOK:
					accepted.Add(1)
				case status == http.StatusForbidden, status == http.StatusConflict, status == http.StatusUnprocessableEntity:
					refused.Add(1)
				default:
					strange.Add(1)
					t.Errorf("%s: %d %s", text, status, answer)
				}
			}
		})
	}
	all.Wait()
	t.Logf("%d accepted, %d refused", accepted.Load(), refused.Load())
	if accepted.Load() < commands/3 || refused.Load() < 100 {
		t.Errorf("void: %d accepted, %d refused", accepted.Load(), refused.Load())
	}
	for n := range incidents {
		id := fmt.Sprintf("INC-%d", n+1)
		// Both come to the same state: effects and timers may still add to it.
		var one incident.State
		eventually(t, func() bool {
			one = a.as("judy").done(id)
			_, first := a.as("judy").call(http.MethodGet, "/api/v1/incidents/"+id, "")
			_, second := b.as("judy").call(http.MethodGet, "/api/v1/incidents/"+id, "")
			return first == second
		})
		if one.InCommand() == "" || one.Roles.Commander != "" && one.Roles.Acting != "" {
			t.Errorf("%s is commanded by %q and %q", id, one.Roles.Commander, one.Roles.Acting)
		}
	}
	reports, err := export.VerifyStore(t.Context(), a.store.(export.Journals))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		if !r.OK() {
			t.Error(r)
		}
	}
}
