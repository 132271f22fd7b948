package slack_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	standin "holdfast/rehearse/standin/slack"
)

// duty is a scene in which a user group of Slack stands for the commanders.
func duty(t *testing.T, people ...string) (s *scene, id string) {
	s = play(t)
	id = s.slack.AddGroup("duty", people...)
	s.stands("commanders", id)
	return s, id
}

func (s *scene) stands(group, id string) {
	s.Helper()
	if err := s.plan.Policy.Set("groups."+group+".slack", id); err != nil {
		s.Fatal(err)
	}
}

// in demands that these people are in a standing group, and the others not.
func (s *scene) in(group string, people ...string) {
	s.Helper()
	for name := range s.people {
		want := false
		for _, p := range people {
			want = want || p == name
		}
		got := false
		for _, m := range s.workspace.StandingOf(name) {
			got = got || m.Group == group
		}
		if got != want {
			s.Errorf("%s in %s: %v", name, group, got)
		}
	}
	if got := s.workspace.Staffed(group); got != (len(people) > 0) {
		s.Errorf("staffed: %v", got)
	}
}

// asked counts how often Slack was asked for a user group.
func (s *scene) asked() (n int) {
	for _, c := range s.slack.Calls() {
		if c.Method == "usergroups.users.list" {
			n++
		}
	}
	return n
}

func TestAUserGroupIsKnownForFiveMinutes(t *testing.T) {
	s, _ := duty(t, "alice", "bob")
	s.in("commanders")
	s.workspace.LoadGroups(t.Context())
	s.in("commanders", "alice", "bob")
	s.slack.AddGroup("duty", "carol")
	s.workspace.LoadGroups(t.Context())
	s.in("commanders", "alice", "bob")
	if n := s.asked(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	s.clock.pass(5 * time.Minute)
	s.workspace.LoadGroups(t.Context())
	s.in("commanders", "carol")
}

func TestWhatIsKnownOfAUserGroupIsKeptWhileSlackIsDown(t *testing.T) {
	s, id := duty(t, "alice")
	s.workspace.LoadGroups(t.Context())
	s.clock.pass(5 * time.Minute)
	s.next(func(string) (int, string, time.Duration, bool) { return http.StatusServiceUnavailable, "", 0, false })
	next := s.workspace.LoadGroups(t.Context())
	s.in("commanders", "alice")
	if wait := next.Sub(s.clock.Now()); wait > 30*time.Second {
		t.Errorf("it is asked again in %s", wait)
	}
	s.slack.AddGroup("duty", "bob")
	s.clock.pass(30 * time.Second)
	s.workspace.LoadGroups(t.Context())
	s.in("commanders", "bob")

	// One that was taken away gives nothing any more.
	s.stands("commanders", "S0ELSEWHERE")
	s.workspace.LoadGroups(t.Context())
	s.in("commanders")
	s.stands("commanders", "none")
	s.stands("comms", id)
	s.workspace.LoadGroups(t.Context())
	s.in("commanders")
	s.in("comms", "bob")
}

func TestSlackIsAskedWithPatience(t *testing.T) {
	s, _ := duty(t, "alice")
	s.next(func(string) (int, string, time.Duration, bool) {
		return http.StatusTooManyRequests, "", 2 * time.Minute, false
	})
	next := s.workspace.LoadGroups(t.Context())
	if wait := next.Sub(s.clock.Now()); wait < time.Minute {
		t.Errorf("it is asked again in %s", wait)
	}
	s.workspace.LoadGroups(t.Context())
	if n := s.asked(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestUserGroupsAreKeptFreshUntilTheEnd(t *testing.T) {
	s, _ := duty(t, "alice")
	calls := make(chan string, 100)
	s.slack.OnCall(func(c standin.Call) { calls <- c.Method })
	ctx, end := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		s.workspace.KeepGroups(ctx)
		close(over)
	}()
	if first := <-calls; first != "usergroups.users.list" {
		t.Errorf("Slack is asked for %s", first)
	}
	end()
	<-over
}
