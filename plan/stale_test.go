package plan

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// small is testdata/base with more files.
func small(t *testing.T, files map[string]string) *Plan {
	t.Helper()
	all := map[string][]byte{}
	for name, text := range files {
		all[name] = []byte(text)
	}
	fsys, _ := brokenPlan(t, archive{files: all})
	return loaded(t, fsys)
}

func loaded(t *testing.T, fsys fstest.MapFS) *Plan {
	t.Helper()
	p, findings := LoadFS(fsys)
	if p == nil {
		t.Fatal(findings)
	}
	return p
}

func TestAPlaybookIsStaleOnTheDayAfterTheLastThatIsAllowed(t *testing.T) {
	p := small(t, map[string]string{
		"playbooks/a.yaml": "id: a\nowner: dan\nreviewed_at: 2026-05-25\nsteps: [{id: 1, do: Look, timeout: 1m}]\n",
		"playbooks/b.yaml": "id: b\nowner: dan\nreviewed_at: 2026-11-20T22:00:00Z\nsteps: [{id: 1, do: Look, timeout: 1m}]\n",
	}) // in Europe/London
	for at, want := range map[string][]string{
		"2026-11-21T23:59:59Z": nil, // the 180th day
		"2026-11-22T00:00:00Z": {"warning E_PLAYBOOK_STALE playbooks/a.yaml"},
		"2026-11-19T10:00:00Z": {"error E_FUTURE playbooks/b.yaml"},
		"2026-11-20T01:00:00Z": nil, // today is not the future
		// Summer time: the day begins an hour earlier than Greenwich's.
		"2027-05-19T22:59:59Z": {"warning E_PLAYBOOK_STALE playbooks/a.yaml"},
		"2027-05-19T23:00:00Z": {"warning E_PLAYBOOK_STALE playbooks/a.yaml", "warning E_PLAYBOOK_STALE playbooks/b.yaml"},
	} {
		got := codes(Stale(p, instant(t, at)))
		if !slices.Equal(got, want) {
			t.Errorf("at %s: %q, want %q", at, got, want)
		}
	}
}

func TestWhatIsSaidToBeDoneHasComeBefore(t *testing.T) {
	p := small(t, map[string]string{
		"bia/pay.yaml":      "id: pay\nowner: dan\nservices: [db]\nassessed_at: 2026-12-01\n",
		"regimes.yaml":      "regimes:\n  - {id: gdpr, in_scope: true, declared_by: dan, declared_at: 2026-12-01}\n",
		"vendors/acme.yaml": "id: acme\nverified_at: 2026-12-01\nlevels: [{who: Desk, channel: \"mail:a@b.example\", wait: 15m}]\n",
	})
	want := []string{"bia/pay.yaml:4:14", "regimes.yaml:2:63", "vendors/acme.yaml:2:14"}
	found := Stale(p, instant(t, "2026-11-30T23:00:00Z"))
	for i, f := range found {
		if f.Code != codeFuture || i >= len(want) || f.File+f.String()[len(f.File):len(want[i])] != want[i] {
			t.Errorf("finding %d is %s", i, f)
		}
	}
	if len(found) != len(want) {
		t.Errorf("%d findings, want %d", len(found), len(want))
	}
	if found := Stale(p, instant(t, "2026-12-01T00:00:00Z")); len(found) != 0 {
		t.Errorf("on the day itself: %v", found)
	}
}

func TestContactsThatNobodyHasTriedAreNoted(t *testing.T) {
	const level = "levels: [{who: Desk, channel: \"mail:a@b.example\", wait: 15m}]\n"
	p := small(t, map[string]string{
		"vendors/acme.yaml": "id: acme\nverified_at: 2026-08-10\n" + level,
		"vendors/bolt.yaml": "id: bolt\n" + level,
		"vendors/cole.yaml": "id: cole\n", // has none to try
	})
	for at, want := range map[string][]string{
		"2026-11-08T23:59:59Z": {"note E_VENDOR_STALE vendors/bolt.yaml"}, // the 90th day
		"2026-11-22T10:00:00Z": {"note E_VENDOR_STALE vendors/acme.yaml", "note E_VENDOR_STALE vendors/bolt.yaml"},
	} {
		found := Stale(p, instant(t, at))
		if got := codes(found); !slices.Equal(got, want) {
			t.Errorf("at %s: %q, want %q", at, got, want)
		}
		if len(want) > 1 && !strings.Contains(found[0].Message, "104 days ago; 90 are allowed") {
			t.Errorf("at %s: %s", at, found[0])
		}
	}
}
