package jira_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/integrations/jira"
	"holdfast/internal/fault"
	"holdfast/rehearse/standin"
	standinjira "holdfast/rehearse/standin/jira"
)

func TestATicketIsOpenedAsJiraWantsIt(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		main := w.create(t, "INC-1/ticket:main")
		sub, err := w.Create(t.Context(), integrations.NewTicket{Key: "INC-1/ticket:T1", Project: "OPS", Parent: main,
			Title: "check\nreplica \u202elag " + strings.Repeat("x", 300), Body: "Task T1.\n{noformat}[~admin] h1. x"})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Link(t.Context(), main, "INC-1", "holdfast:INC-1"); err != nil {
			t.Fatal(err)
		}
		got := w.Ticket(sub)
		if got.Type != "Sub-task" || got.Parent != main || strings.ContainsAny(got.Summary, "\n\u202e") || len(got.Summary) > 255 ||
			got.Description != "{noformat}\nTask T1.\n{ noformat}[ ~admin] h1. x\n{noformat}" || len(got.Labels) != 2 || !strings.HasPrefix(got.Labels[1], "hf-INC-1-ticket-T1-") {
			t.Errorf("got %+v", got)
		}
		if got := w.Ticket(main); got.Type != "Task" || len(got.Links) != 1 || got.Links[0] != "holdfast:INC-1 https://holdfast.example.com/i/INC-1" {
			t.Errorf("got %+v", got)
		}
	})
}

// A search that is behind must not open a second ticket.
func TestATicketThatTheSearchDoesNotShowYetIsWaitedFor(t *testing.T) {
	w := newWorld(t, flavours[0].options)
	w.fail(t, standin.LostReply, 1)
	n := integrations.NewTicket{Key: "INC-1/ticket:main", Project: "OPS", Title: "x"}
	if _, err := w.Create(t.Context(), n); err == nil || len(w.Tickets()) != 1 {
		t.Fatalf("void: %v, %d tickets", err, len(w.Tickets()))
	}
	_, found, err := w.Find(t.Context(), n.Key)
	var early *jira.Unsettled
	if found || !errors.As(err, &early) || early.RetryAfter() != 30*time.Second || !early.Untouched() {
		t.Fatalf("found %v, %v", found, err)
	}
	w.clock.Add(5 * time.Second)
	if id, found, err := w.Find(t.Context(), n.Key); !found || err != nil || id != "OPS-1" {
		t.Errorf("%q, %v, %v", id, found, err)
	}
}

func TestAProcessThatHasJustStartedBelievesNoEmptySearch(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		k := w.open(t)
		if _, found, err := k.Find(t.Context(), "INC-1/ticket:main"); found || err == nil {
			t.Errorf("found %v, %v", found, err)
		}
		w.clock.Add(30 * time.Second)
		if _, found, err := k.Find(t.Context(), "INC-1/ticket:main"); found || err != nil {
			t.Errorf("found %v, %v", found, err)
		}
	})
}

func TestOneOfOurOwnIsFoundThoughTheSearchIsBehind(t *testing.T) {
	w := newWorld(t, flavours[0].options)
	id := w.create(t, "INC-1/ticket:main")
	if got, found, err := w.Find(t.Context(), "INC-1/ticket:main"); !found || got != id || err != nil {
		t.Errorf("%q, %v, %v", got, found, err)
	}
}

func TestEachKindIsSearchedInItsOwnWay(t *testing.T) {
	for _, x := range flavours {
		w := newWorld(t, x.options)
		for range 5 { // of which a page holds two
			w.create(t, "same")
		}
		w.clock.Add(time.Minute)
		if id, found, err := w.Find(t.Context(), "same"); !found || id != "OPS-1" || err != nil {
			t.Errorf("%s: %q, %v, %v", x.name, id, found, err)
		}
		pages := 0
		for _, c := range w.Calls() {
			if !strings.Contains(c.Path, "/search") {
				continue
			}
			if pages++; strings.HasSuffix(c.Path, "/search/jql") != x.options.Cloud || !strings.Contains(c.Query, "fields=labels") {
				t.Errorf("%s: asked %s?%s", x.name, c.Path, c.Query)
			}
		}
		if pages != 3 {
			t.Errorf("%s: %d pages", x.name, pages)
		}
	}
}

func TestACommentIsOneThoughTheAnswerWasLostAndManyWereMadeSince(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ticket := w.create(t, "INC-1/ticket:main")
		w.lose(t, "/comment")
		if w.Comment(t.Context(), ticket, "the first", "k1") == nil || len(w.Ticket(ticket).Comments) != 1 {
			t.Fatal("void: the answer came")
		}
		for n := range 120 {
			if err := w.Comment(t.Context(), ticket, "x", "other"+strings.Repeat("i", n)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.open(t).Comment(t.Context(), ticket, "the first", "k1"); err != nil {
			t.Fatal(err)
		}
		if n := len(w.Ticket(ticket).Comments); n != 121 {
			t.Errorf("%d comments", n)
		}
	})
}

func TestWhatIsNoKeyNeverReachesJira(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		before := len(w.Calls())
		for _, key := range []string{"OPS-1?x=1", "OPS-1/comment", "../OPS-1", "ops-1", "OPS-1\n", "OPS-", "", "OPS-1#f", "OPS-1%2f"} {
			for what, err := range map[string]error{
				"link":    w.Link(t.Context(), key, "INC-1", "g"),
				"comment": w.Comment(t.Context(), key, "x", "k"),
				"move":    w.Tracker.Move(t.Context(), integrations.Move{Ticket: key, Transition: "Done"}),
			} {
				if f := fault.From(err); err == nil || !f.Permanent || f.Code != fault.UnknownID {
					t.Errorf("%s %q: %v", what, key, err)
				}
			}
			if seen, err := w.States(t.Context(), key); err != nil || len(seen) > 0 {
				t.Errorf("%q: %v, %v", key, seen, err)
			}
		}
		if _, err := w.Create(t.Context(), integrations.NewTicket{Key: "k", Project: `OPS" OR 1=1`, Title: "x"}); !fault.From(err).Permanent {
			t.Errorf("a project with a query: %v", err)
		}
		if n := len(w.Calls()) - before; n != 0 {
			t.Errorf("%d calls were made", n)
		}
	})
}

func TestWhatJiraAnswersIsSaidClearly(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ticket := w.create(t, "INC-1/ticket:main")
		w.AnswerPages("<html><body>Log in to continue <script>token=hunter2hunter2</script></body></html>")
		err := w.Comment(t.Context(), ticket, "x", "k")
		if f := fault.From(err); f.Permanent || !strings.Contains(err.Error(), "is a web page and not Jira's: a sign-on page or a proxy stands before it") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a page: %v", err)
		}
		w.AnswerPages("")
		_, err = w.Create(t.Context(), integrations.NewTicket{Key: "k", Project: "NOPE", Title: "x"})
		if f := fault.From(err); !f.Permanent || !strings.Contains(f.Text, `no project "NOPE"`) {
			t.Errorf("no project: %v", err)
		}
		o := w.options
		o.Type = "Incident"
		k, err := jira.New(o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = k.Create(t.Context(), integrations.NewTicket{Key: "k", Project: "OPS", Title: "x"})
		if f := fault.From(err); !f.Permanent || !strings.Contains(f.Text, "issuetype: The issue type selected is invalid.") {
			t.Errorf("no type: %v", err)
		}
		o = w.options
		o.Token = "another-token-entirely"
		if k, err = jira.New(o); err != nil {
			t.Fatal(err)
		}
		var refused *integrations.Unauthorized
		if err = k.Comment(t.Context(), ticket, "x", "k"); !errors.As(err, &refused) || strings.Contains(err.Error(), o.Token) {
			t.Errorf("another token: %v", err)
		}
		var later *integrations.Throttled
		w.fail(t, standin.Throttle, 1)
		if err = w.Comment(t.Context(), ticket, "x", "k"); !errors.As(err, &later) || later.After != 30*time.Second {
			t.Errorf("429: %v", err)
		}
	})
}

func TestAJiraThatCannotBeUsedIsRefusedAtOnce(t *testing.T) {
	w := newWorld(t, flavours[0].options)
	for sentence, spoil := range map[string]func(*jira.Options){
		"without a URL":        func(o *jira.Options) { o.URL = "" },
		"a token in the URL":   func(o *jira.Options) { o.URL = "https://me:hunter2@jira.example.com" },
		"a query in the URL":   func(o *jira.Options) { o.URL = "https://jira.example.com?os_password=hunter2" },
		"without a token":      func(o *jira.Options) { o.Token = "" },
		"a token of two lines": func(o *jira.Options) { o.Token = "hunter2\r\nX-Evil: 1" },
		"a colon in the user":  func(o *jira.Options) { o.User = "me:hunter2" },
	} {
		o := w.options
		spoil(&o)
		if _, err := jira.New(o); fault.CodeOf(err) != fault.Usage || fault.From(err).Next == "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", sentence, err)
		}
	}
}

func TestTheProjectAndItsWorkflowAreExamined(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		x, err := w.Examine(t.Context(), "OPS")
		if err != nil || x.Account != "Holdfast" || !strings.HasPrefix(x.Kind, "Jira ") || len(x.Looked) != 0 || x.Offers("Done") {
			t.Errorf("%+v, %v", x, err)
		}
		w.create(t, "a")
		w.Jira.Move(w.create(t, "b"), "Done", "Jana")
		w.clock.Add(time.Minute)
		x, err = w.Examine(t.Context(), "OPS")
		if err != nil || strings.Join(x.Looked, ",") != "Done,To Do" || !x.Offers("done") || !x.Offers("Reopen") || x.Offers("Close issue") {
			t.Errorf("%+v, %v", x, err)
		}
		if _, err := w.Examine(t.Context(), "NOPE"); fault.CodeOf(err) != fault.UnknownID {
			t.Errorf("got %v", err)
		}
	})
}

var _ = standinjira.Sign
