package slack

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestARequestThatIsServedWholeLeavesNothingToBeDone(t *testing.T) {
	o := open(t)
	body := interactionBody(press("status"))
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/slack/interactions", strings.NewReader(body))
	for k, v := range sign(secret, o.clock.Now(), body) {
		req.Header[k] = v
	}
	o.r.ServeWhole(httptest.NewRecorder(), req)
	if len(o.shown.all()) != 1 {
		t.Errorf("shown is %v", o.shown.all())
	}
}

func TestTheMenuHasTheEntriesOfTheManifest(t *testing.T) {
	manifest := Manifest("", []string{"incident"}, []string{"continuity"})
	menu := MessageMenu()
	if n := strings.Count(manifest, "type: message,"); n != len(menu) || n != len(fromMessage) {
		t.Errorf("%d entries in the manifest, %d named, %d known", n, len(menu), len(fromMessage))
	}
	for label, callback := range menu {
		if !strings.Contains(manifest, "{name: "+label+", type: message, callback_id: "+callback+",") || fromMessage[callback] == "" {
			t.Errorf("%q is not %s", label, callback)
		}
	}
}

func TestEveryShortcutOfTheManifestIsKnown(t *testing.T) {
	manifest := Manifest("", []string{"incident"}, []string{"continuity", "dr"})
	if n := strings.Count(manifest, "type: global,"); n != len(shortcuts) {
		t.Errorf("%d shortcuts in the manifest, %d known", n, len(shortcuts))
	}
	for callback := range shortcuts {
		if !strings.Contains(manifest, "type: global, callback_id: "+callback+",") {
			t.Errorf("%s is not in the manifest", callback)
		}
	}
	for _, name := range []string{"incident", "continuity", "dr"} {
		if !strings.Contains(manifest, "- command: /"+name+"\n") {
			t.Errorf("/%s is not in the manifest", name)
		}
	}
}

func TestWithoutAPaceNobodyWaits(t *testing.T) {
	now := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	for off, want := range map[bool]time.Duration{true: 0, false: Apart} {
		p := pace{off: off}
		p.take("C1", now)
		if got := p.take("C1", now); got != want {
			t.Errorf("off %t: %s", off, got)
		}
	}
}
