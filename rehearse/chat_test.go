package rehearse_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"holdfast/rehearse"
)

// happened returns the events of a scenario that holds, as JSON lines have
// them, without the checks.
func happened(t *testing.T, text string) []map[string]any {
	t.Helper()
	exit, report, transcript := played(t, text, rehearse.Options{Open: inMemory, JSON: true})
	if exit != rehearse.Clean {
		t.Fatalf("exit %d\n%s", exit, report)
	}
	var all []map[string]any
	for d := json.NewDecoder(strings.NewReader(transcript)); d.More(); {
		var e map[string]any
		if err := d.Decode(&e); err != nil {
			t.Fatal(err)
		}
		if e["kind"] != "check" {
			all = append(all, e)
		}
	}
	return all
}

// of returns the only event of a kind to somebody.
func of(t *testing.T, all []map[string]any, kind, to string) map[string]any {
	t.Helper()
	var found []map[string]any
	for _, e := range all {
		if e["kind"] == kind && e["to"] == to {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d events %s %s", len(found), kind, to)
	}
	return found[0]
}

func labels(e map[string]any) (all []string) {
	data, _ := e["data"].(map[string]any)
	buttons, _ := data["buttons"].([]any)
	for _, b := range buttons {
		all = append(all, b.(map[string]any)["label"].(string))
	}
	return all
}

func TestMessagesAreNumberedAndCarryTheirButtonsAsData(t *testing.T) {
	all := happened(t, declared+"@alice #inc-1-checkout-failing: /incident role comms @bob\n@bob: hello\n")
	post := of(t, all, "post", "#inc-1-checkout-failing")
	if post["ref"] != "m1" || !cmp.Equal(labels(post)[:1], []string{"Claim command"}) {
		t.Errorf("posted as %v", post)
	}
	if offer := of(t, all, "dm", "@bob"); offer["ref"] != "m2" || !cmp.Equal(labels(offer)[:1], []string{"Accept"}) {
		t.Errorf("offered as %v", offer)
	}
	if room := of(t, all, "room", "#inc-1-checkout-failing"); room["ref"] != "INC-1/room:main@console" || room["text"] != room["to"] {
		t.Errorf("opened as %v", room)
	}
}

func TestAReplyCarriesItsEntryAndItsCode(t *testing.T) {
	all := happened(t, stage+`@alice #ops: /incident declare "x" sev:4
@bob #inc-1-x: /incident nonsense
expect error E_UNKNOWN_VERB
@dan: /remind me
expect error E_UNKNOWN_VERB
expect reply = There is no command /remind.
`)
	if e := of(t, all, "reply", "@alice"); e["ref"] != "INC-1#1" {
		t.Errorf("accepted as %v", e)
	}
	if e := of(t, all, "reply", "@bob"); e["ref"] != nil || e["data"].(map[string]any)["code"] != "E_UNKNOWN_VERB" {
		t.Errorf("refused as %v", e)
	}
}

func TestWhatTheChatRefusesIsADeliveryLikeAnyOther(t *testing.T) {
	all := happened(t, stage+"@dan: /remind me\nredeliver\nexpect error E_UNKNOWN_VERB\nexpect not journal\n")
	var refs []any
	for _, e := range all {
		if e["kind"] == "input" {
			refs = append(refs, e["ref"])
		}
	}
	if diff := cmp.Diff([]any{"delivery-1", "delivery-1"}, refs); diff != "" {
		t.Error(diff)
	}
}

func TestAFormShowsItsFieldsAndCarriesThemAsData(t *testing.T) {
	all := happened(t, stage+"@dan #ops: /incident declare sev:2\n@dan submits sev=9\nexpect error E_RANGE\nexpect not journal INC-1\n")
	var first map[string]any
	for _, e := range all {
		if e["kind"] == "form" {
			first = e
			break
		}
	}
	data, _ := first["data"].(map[string]any)
	if first["to"] != "@dan" || data["verb"] != "declare" || len(data["fields"].([]any)) == 0 {
		t.Errorf("shown as %v", first)
	}
}
