package commands_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

const pinned = "slack:C0123:1700000000.000100"

// about is a request about a message, as a chat makes it: words where somebody
// reacts to it, and otherwise what has become of it.
func about(delivery, who, words string, change *bot.Change) bot.Request {
	return bot.Request{Delivery: delivery, Platform: "console", Room: war, Person: who, Root: "incident", Text: words, Origin: "button",
		Message: &incident.Message{ID: pinned, Reaction: "pushpin"}, Change: change}
}

func edited(text string, after time.Duration) *bot.Change {
	return &bot.Change{What: bot.Edited, Text: text, At: start.Add(after)}
}

// replica is another process on the same store.
func (d *desk) replica() *desk {
	other := *d
	other.boot()
	return &other
}

func (d *desk) notes() string {
	d.Helper()
	s, err := d.engine.State(d.Context(), "INC-1")
	if err != nil {
		d.Fatal(err)
	}
	var all []string
	for _, n := range s.Notes {
		all = append(all, n.Text)
	}
	return strings.Join(all, "|")
}

func TestAnotherReplicaKnowsWhatWasMadeOfAMessage(t *testing.T) {
	one := declared(t)
	two := one.replica()
	one.bot.Handle(t.Context(), about("d1", "bob", `note "lag is 2 s"`, nil))
	two.bot.Handle(t.Context(), about("d2", "erin", "", edited("lag is 12 s", time.Minute)))
	if got := one.notes(); got != "lag is 12 s" {
		t.Errorf("the notes say %q", got)
	}
	// The same edit reaches the other one too, and an older one comes late.
	one.bot.Handle(t.Context(), about("d2", "erin", "", edited("lag is 12 s", time.Minute)))
	one.bot.Handle(t.Context(), about("d3", "erin", "", edited("lag is 3 s", time.Second)))
	if got := two.notes(); got != "lag is 12 s" {
		t.Errorf("the notes say %q", got)
	}
	before := len(one.stored())
	if reply := two.bot.Handle(t.Context(), about("d4", "dan", "", &bot.Change{What: bot.Unreacted})); len(reply.Message.Blocks) > 0 || reply.Code != "" {
		t.Errorf("who has made nothing is answered %+v", reply)
	}
	if after := len(one.stored()); after != before {
		t.Errorf("%d entries became %d", before, after)
	}
	for range 2 {
		if reply := two.bot.Handle(t.Context(), about("d5", "bob", "", &bot.Change{What: bot.Unreacted})); reply.Code != "" {
			t.Errorf("answered %+v", reply)
		}
	}
	if got := one.notes(); got != "withdrawn" || len(one.stored()) != before+1 {
		t.Errorf("the notes say %q after %d entries", got, len(one.stored())-before)
	}
}

func TestSecretsAreTakenOutOfEditedWords(t *testing.T) {
	d := declared(t)
	d.bot.Handle(t.Context(), about("d1", "bob", `note "lag is 2 s"`, nil))
	reply := d.bot.Handle(t.Context(), about("d2", "erin", "", edited("use password: hunter2", time.Minute)))
	if len(reply.Message.Blocks) > 0 || reply.Ref == "" {
		t.Errorf("answered %+v", reply)
	}
	if all := strings.Join(d.stored(), "\n"); strings.Contains(all, "hunter2") || !strings.HasPrefix(d.notes(), "use password: ") {
		t.Errorf("stored %s", all)
	}
}

func TestWhatCannotBeFollowedIsLoggedAndToldToNobody(t *testing.T) {
	d := declared(t)
	var log strings.Builder
	d.bot.Log = slog.New(slog.NewTextHandler(&log, nil))
	d.bot.Handle(t.Context(), about("d1", "bob", `note "lag is 2 s"`, nil))
	for i, c := range []struct {
		change *bot.Change
		code   fault.Code
	}{
		{edited("  ", time.Minute), fault.Missing},
		{edited(strings.Repeat("x", 10_001), time.Minute), fault.Length},
		{&bot.Change{What: "painted"}, fault.Usage},
	} {
		reply := d.bot.Handle(t.Context(), about(fmt.Sprint("e", i), "erin", "", c.change))
		if reply.Code != c.code || len(reply.Message.Blocks) > 0 {
			t.Errorf("%.40v is answered %+v", c.change, reply)
		}
	}
	d.store.Refuse(true)
	if reply := d.bot.Handle(t.Context(), about("e9", "erin", "", edited("12 s", time.Minute))); reply.Code != fault.Store || len(reply.Message.Blocks) > 0 {
		t.Errorf("without a store it is answered %+v", reply)
	}
	d.store.Refuse(false)
	if got := d.notes(); got != "lag is 2 s" || strings.Count(log.String(), "the record does not follow") != 4 || strings.Contains(log.String(), "xxxx") {
		t.Errorf("the notes say %q; logged %.400s", got, log.String())
	}
}

func TestTalkIsFollowedNowhere(t *testing.T) {
	d := declared(t)
	before := len(d.stored())
	for i, r := range []bot.Request{about("t1", "erin", "", edited("tea", time.Minute)), about("t2", "erin", "", &bot.Change{What: bot.Deleted, At: start}), about("t3", "erin", "", &bot.Change{What: bot.Unreacted})} {
		for _, room := range []string{war, ops, "", "#inc-77-nothing"} {
			r.Room, r.Delivery = room, fmt.Sprint(i, room)
			if reply := d.bot.Handle(t.Context(), r); reply.Code != "" || len(reply.Message.Blocks) > 0 {
				t.Errorf("in %s answered %+v", room, reply)
			}
		}
	}
	if after := len(d.stored()); after != before {
		t.Errorf("%d entries became %d", before, after)
	}
}
