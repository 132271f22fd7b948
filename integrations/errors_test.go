package integrations_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
)

func TestWhatAFailedCallMeansToTheEngine(t *testing.T) {
	type meaning struct {
		ends  bool
		after time.Duration
		says  string
	}
	for sentence, test := range map[string]struct {
		failure outbound.Failure
		want    meaning
	}{
		"refused credentials are tried again":               {outbound.Failure{Status: 401}, meaning{says: "the pager answered 401: it does not accept Holdfast's credentials; check the configured key"}},
		"so are missing permissions":                        {outbound.Failure{Status: 403, Says: "no"}, meaning{says: "the pager answered 403: it does not accept Holdfast's credentials; check the configured key"}},
		"429 with a time waits for it":                      {outbound.Failure{Status: 429, After: 30 * time.Second}, meaning{after: 30 * time.Second, says: "the pager answered 429: try again in 30s"}},
		"429 without a time is tried again":                 {outbound.Failure{Status: 429}, meaning{says: "the pager: it answered 429"}},
		"503 with a time waits for it":                      {outbound.Failure{Status: 503, After: time.Minute}, meaning{after: time.Minute, says: "the pager answered 503: try again in 1m0s"}},
		"503 without a time is tried again":                 {outbound.Failure{Status: 503}, meaning{says: "the pager: it answered 503"}},
		"another status with a time is tried again":         {outbound.Failure{Status: 500, After: time.Minute}, meaning{says: "the pager: it answered 500"}},
		"a malformed request ends it":                       {outbound.Failure{Status: 400, Says: "no target"}, meaning{ends: true, says: "the pager will not do this, whatever is tried (400): no target"}},
		"so does one it has nothing for":                    {outbound.Failure{Status: 404, Says: "no team app"}, meaning{ends: true, says: "the pager will not do this, whatever is tried (404): no team app"}},
		"so does one it cannot process":                     {outbound.Failure{Status: 422, Says: "token=hunter2\nno"}, meaning{ends: true, says: "the pager will not do this, whatever is tried (422): token=[redacted token] no"}},
		"404 without a word may be of something else":       {outbound.Failure{Status: 404, Body: []byte("<html>")}, meaning{says: "the pager: it answered 404"}},
		"a conflict is tried again":                         {outbound.Failure{Status: 409, Says: "busy"}, meaning{says: "the pager: it answered 409: busy"}},
		"a redirect is tried again":                         {outbound.Failure{Status: 307}, meaning{says: "the pager: it answered 307, a redirect, which is not followed; configure where it leads"}},
		"an answer that cannot be read is tried again":      {*outbound.Unreadable(200, "has no id"), meaning{says: "the pager: its answer has no id"}},
		"an answer of 400 that cannot be read says nothing": {outbound.Failure{Status: 400, Err: errors.New("x")}, meaning{says: "the pager: its answer cannot be understood"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := integrations.Failed("the pager", &test.failure)
			got := meaning{ends: fault.From(err).Permanent, says: err.Error()}
			var hint interface{ RetryAfter() time.Duration }
			if errors.As(err, &hint) {
				got.after = hint.RetryAfter()
			}
			if f := fault.From(err); got.ends {
				if got.says = f.Text; f.Next == "" {
					t.Error("no remedy")
				}
			}
			if got != test.want {
				t.Errorf("got %+v\nwant %+v", got, test.want)
			}
		})
	}
	if err := integrations.Failed("the pager", errors.New("odd")); err == nil || strings.Contains(err.Error(), "E_") {
		t.Errorf("another error is %v", err)
	}
}
