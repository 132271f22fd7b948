package bot_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/templates"
)

func TestEachEffectIsPerformedOnThePlatformThatItsKeyNames(t *testing.T) {
	c := clock.NewManual(time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC))
	here, there := console.New(c, console.Options{}), console.New(c, console.Options{})
	postings := bot.Postings{}
	for name, p := range map[string]bot.Platform{"console": here, "slack": there} {
		postings[name] = &bot.Posting{Platform: p, Templates: templates.Shipped, Now: c.Now}
	}
	open := func(key string) error {
		_, err := postings.Perform(t.Context(), incident.State{ID: "INC-1", Platform: "console"},
			journal.Attempt{Effect: journal.Effect{Key: key, Type: journal.Room, To: "#inc-1-x"}})
		return err
	}
	seen := map[string]int{}
	here.On(func(console.Event) { seen["console"]++ })
	there.On(func(console.Event) { seen["slack"]++ })
	for _, key := range []string{"INC-1/room:main@slack#7", "INC-1/room:main@console"} {
		if err := open(key); err != nil {
			t.Error(err)
		}
	}
	if seen["console"] != 1 || seen["slack"] != 1 {
		t.Errorf("seen %v", seen)
	}
	err := open("INC-1/room:main@teams")
	if f := fault.From(err); err == nil || f.Permanent || !strings.Contains(f.Text, `no chat platform "teams"`) {
		t.Errorf("for a platform that is not there: %v", err)
	}
}
