package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/templates"
	"holdfast/web"
)

// ear is somebody who follows the events.
type ear struct {
	*testing.T
	lines chan string
	last  string // the id of the last event that had one
	stop  context.CancelFunc
}

func (s *site) listen(person, last, of string) *ear {
	s.Helper()
	ctx, stop := context.WithCancel(s.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/v1/events?of="+of, nil)
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.tokens[person])
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		s.Fatalf("%s %s", resp.Status, resp.Header)
	}
	e := &ear{T: s.T, lines: make(chan string, 1000), stop: stop}
	go func() {
		defer close(e.lines)
		for in := bufio.NewScanner(resp.Body); in.Scan(); {
			e.lines <- in.Text()
		}
	}()
	s.Cleanup(stop)
	return e
}

// next returns the next event's name and data.
func (e *ear) next() (name string, data string) {
	e.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case <-late:
			e.Fatal("nothing more is told")
		case line, open := <-e.lines:
			field, value, _ := strings.Cut(line, ": ")
			switch {
			case !open:
				e.Fatal("the stream has ended")
			case field == "event":
				name = value
			case field == "id":
				e.last = value
			case field == "data":
				data = value
			case line == "" && data != "":
				return name, data
			}
		}
	}
}

// until returns what people see up to the first that has this kind.
func (e *ear) until(kind string) (all []web.Happening) {
	e.Helper()
	for {
		name, data := e.next()
		if name != "chat" {
			continue
		}
		var h web.Happening
		if err := json.Unmarshal([]byte(data), &h); err != nil {
			e.Fatal(err)
		}
		if all = append(all, h); h.Kind == kind {
			return all
		}
	}
}

// record returns the next entry that is told.
func (e *ear) record() web.Record {
	e.Helper()
	for {
		if name, data := e.next(); name == "record" {
			var r web.Record
			if err := json.Unmarshal([]byte(data), &r); err != nil {
				e.Fatal(err)
			}
			return r
		}
	}
}

func kinds(all []web.Happening) (list []string) {
	for _, h := range all {
		list = append(list, h.Kind+" "+h.To)
	}
	return list
}

func TestARoomIsSeenAsItComesToBe(t *testing.T) {
	s := open(t)
	bob := s.listen("bob", "", "")
	s.declare(incident.Declare{Title: "checkout failing", Slug: "checkout-failing", Invite: []string{"bob"}, Comms: &incident.Person{ID: "hana", Groups: []string{"comms"}}})
	all := bob.until("post")
	if got := strings.Join(kinds(all), ", "); got != "room #inc-1-checkout-failing, invite @alice, invite @hana, invite @bob, post #inc-1-checkout-failing" {
		t.Errorf("bob sees %s", got)
	}
	head := all[len(all)-1]
	if !strings.HasPrefix(head.Text, "INC-1 SEV2 checkout failing") || len(head.Message.Buttons()) == 0 || head.Ref == "" {
		t.Errorf("the headline is %+v", head)
	}
}

func TestADirectMessageIsForOnePerson(t *testing.T) {
	s := open(t)
	alice, bob := s.listen("alice", "", "chat"), s.listen("bob", "", "chat")
	s.declare(incident.Declare{Title: "checkout failing", Slug: "checkout-failing", Commander: &incident.Person{ID: "bob", Groups: []string{"commanders"}}})
	if dm := bob.until("dm"); dm[len(dm)-1].To != "@bob" {
		t.Errorf("bob is told %v", kinds(dm))
	}
	s.do(incident.MakeDecision{Text: "fail over", Because: "lag"})
	alice.until("post") // the headline
	for _, h := range alice.until("post") {
		if h.Kind == "dm" {
			t.Errorf("alice sees %+v", h)
		}
	}
}

func TestAHeadlineIsEditedNotMoreOftenThanPeopleCanRead(t *testing.T) {
	s := open(t)
	s.declare(incident.Declare{Title: "checkout failing", Slug: "checkout-failing"})
	bob := s.listen("bob", "", "chat")
	s.do(incident.Claim{Role: incident.Commander})
	edit := bob.until("edit")
	if len(edit) != 1 || !strings.Contains(edit[0].Text, "@alice") || strings.Contains(edit[0].Text, "UNCLAIMED") {
		t.Fatalf("bob sees %v", edit)
	}
	s.do(incident.SetPhase{Phase: incident.Identified})
	s.do(incident.SetPhase{Phase: incident.Monitoring})
	s.clock.Add(5 * time.Second)
	if again := bob.until("edit"); !strings.Contains(again[len(again)-1].Text, "monitoring") || again[len(again)-1].Ref != edit[0].Ref {
		t.Errorf("then %v", again)
	}
}

func TestAStreamGoesOnWhereItWasCut(t *testing.T) {
	s := open(t)
	s.declare(incident.Declare{Title: "checkout failing", Slug: "checkout-failing"})
	bob := s.listen("bob", "", "records")
	s.do(incident.AddNote{Text: "first"})
	first := bob.record()
	bob.stop()
	s.do(incident.AddNote{Text: "while nobody listened"})
	again := s.listen("bob", bob.last, "records")
	if next := again.record(); next.Seq != first.Seq+1 || !strings.Contains(next.Text, "while nobody listened") || next.Kind != "note.added" || next.Actor != "alice" {
		t.Errorf("after %s comes %+v", first.Ref, next)
	}
	if status, body := getWith(t, s, "bob", "Last-Event-ID", "nonsense"); status != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", status, body)
	}
}

func getWith(t *testing.T, s *site, person, header, value string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.tokens[person])
	req.Header.Set(header, value)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode, resp.Status
}

func TestAPrivateIncidentIsToldToWhomItConcerns(t *testing.T) {
	s := open(t)
	bob, judy := s.listen("bob", "", ""), s.listen("judy", "", "") // judy is an auditor
	s.declare(incident.Declare{Title: "laptop stolen", Private: true})
	if r := judy.record(); r.Ref != "INC-1#1" {
		t.Errorf("the auditor is told %+v", r)
	}
	open := incident.Declare{Title: "mail late"}
	open.Terms.TitleMax, open.Severity = 200, 4
	s.declareAgain(open)
	if r := bob.record(); r.Ref != "INC-2#1" {
		t.Errorf("bob is told %+v", r)
	}
}

func TestAFollowUpReachesWhoAsked(t *testing.T) {
	s := open(t)
	alice := s.listen("alice", "", "chat")
	m := templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: []templates.Span{{Text: "page PG-1 accepted"}}}}}
	if err := s.platform.FollowUp(t.Context(), bot.Request{Person: "alice", Room: "#ops"}, m); err != nil {
		t.Fatal(err)
	}
	if got := alice.until("reply"); got[0].Text != "page PG-1 accepted" || got[0].Room != "#ops" || got[0].To != "@alice" {
		t.Errorf("told %+v", got)
	}
}

func TestStreamsEndWithTheServer(t *testing.T) {
	s := open(t)
	bob := s.listen("bob", "", "")
	s.web.Close()
	for range bob.lines { // until it is closed
	}
}
