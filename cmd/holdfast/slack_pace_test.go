package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"holdfast/bot/slack"
	"holdfast/rehearse"
	"holdfast/rehearse/inslack"
	standin "holdfast/rehearse/standin/slack"
)

func TestTenDeclarationsInAMinuteMeetNoLimitOfSlack(t *testing.T) {
	var scene strings.Builder
	for n := range 10 {
		fmt.Fprintf(&scene, "@alice #ops: /incident declare \"trouble of kind %c\" sev:%d again\nexpect ok\n+6s\n", 'a'+n, 1+n%4)
	}
	scene.WriteString("+30s\n")
	for n := range 10 {
		fmt.Fprintf(&scene, "expect ever exactly 1 post #inc-%d-trouble-of-kind-%c ~ ^INC-%d SEV\n", n+1, 'a'+n, n+1)
	}
	statuses, posted := map[int]int{}, map[string]time.Time{}
	exit, report := inSlackOf(t, inslack.App{Limited: true, Told: func(c standin.Call) {
		statuses[c.Status]++
		if c.Status != http.StatusOK {
			t.Errorf("%s: %s is answered %d", c.At, c.Method, c.Status)
		}
		if c.Method != "chat.postMessage" {
			return
		}
		to := c.Form.Get("channel")
		if last, before := posted[to]; before && c.At.Sub(last) < slack.Apart {
			t.Errorf("%s: two posts into %s within %s", c.At, to, c.At.Sub(last))
		}
		posted[to] = c.At
	}}, scene.String())
	if exit != rehearse.Clean {
		t.Errorf("exit %d\n%.3000s", exit, report)
	}
	if len(posted) < 10 || statuses[http.StatusOK] < 50 {
		t.Errorf("statuses %v, posts into %d places", statuses, len(posted))
	}
}
