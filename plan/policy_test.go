package plan

import (
	"math"
	"strings"
	"testing"
	"time"

	"holdfast/internal/fault"
)

func TestDefaultsAreWhatTheReferenceSays(t *testing.T) {
	p := DefaultPolicy()
	for what, ok := range map[string]bool{
		"team cadence":   p.Cadence["team"] == [4]time.Duration{30 * time.Minute, time.Hour, 4 * time.Hour, 0},
		"exec cadence":   p.Cadence["exec"] == [4]time.Duration{30 * time.Minute, time.Hour, 0, 0},
		"tier ceilings":  p.TierRTO == [5]time.Duration{45 * time.Minute, time.Hour, 4 * time.Hour, day, 3 * day},
		"command":        p.CommandRemind == 5*time.Minute && p.CommandRed == 15*time.Minute && p.CommandSilent == 30*time.Minute && p.CommandSilentSeverity == 2,
		"paging":         p.PageSeverity == 2 && p.PageConfirm == 15*time.Second && p.PageCommand == "" && p.PageFallback == nil,
		"followers":      p.FollowDigest == 30*time.Minute,
		"effects":        p.EffectStuck == 15*time.Minute && p.EffectDeadline == day,
		"windows":        p.JoinWindow == time.Minute && p.RepeatWindow == 30*time.Second && p.OfferExpiry == 5*time.Minute,
		"no tickets yet": p.TicketProject == "" && p.TicketSeverity == 3,
	} {
		if !ok {
			t.Errorf("%s: not the default", what)
		}
	}
	reference := PolicyReference()
	for _, s := range p.Keys() {
		read := DefaultPolicy()
		if err := read.Set(s.Key, orNone(s.Default)); err != nil {
			t.Errorf("%s does not take the default the reference gives: %v", s.Key, err)
		}
		if !strings.Contains(reference, "| `"+s.Key+"` |") || !strings.HasSuffix(s.Doc, ".") {
			t.Errorf("%s is not documented", s.Key)
		}
	}
}

func TestSettingsTakeWhatTheyExpectAndNothingElse(t *testing.T) {
	tests := []struct {
		key, value string
		code       fault.Code // "" when it is taken
		says       string     // a part of the refusal, or the value read back
	}{
		{"cadence.exec.sev1", "45m", "", "45m"},
		{"cadence.exec.sev1", "none", "", "none"},
		{"cadence.exec.sev1", "30", fault.Duration, "30m, or none"},
		{"cadence.exec.sev1", "0s", fault.Duration, "at least 1m"},
		{"cadence.exe.sev1", "30m", fault.UnknownID, "cadence.exec.sev1"},
		{"offer.expiry", "none", fault.Duration, "90s, 5m, 1h30m or 2d"},
		{"offer.expiry", "2d", "", "2d"},
		{"page.severity", "none", "", "none"},
		{"page.severity", "0", fault.Range, "from 1 to 4"},
		{"page.severity", "9", fault.Range, "from 1 to 4"},
		{"page.command", "team:duty-command", "", "team:duty-command"},
		{"page.command", "@alice", "", "@alice"},
		{"page.command", "none", "", "none"},
		{"page.command", "duty-command", fault.Range, "team:duty"},
		{"page.fallback", "@alice, bob,alice", "", "alice,bob"},
		{"page.fallback", "alice,,bob", fault.Range, "alice,bob"},
		{"page.fallback", "none", "", "none"},
		{"zone", "Europe/London", "", "Europe/London"},
		{"zone", "Local", fault.Range, "Europe/London"},
		{"zone", "../etc/passwd", fault.Range, "Europe/London"},
		{"ticket.project", "OPS", "", "OPS"},
		{"ticket.project", "ops", fault.Range, "capitals"},
		{"rooms.exec", "#execs", "", "#execs"},
		{"statuspage.components", "web-portal=8kbf7d35c070,ledger=vt-1", "", "ledger=vt-1, web-portal=8kbf7d35c070"},
		{"statuspage.components", "none", "", "none"},
		{"statuspage.components", "web-portal", fault.Range, "web-portal=8kbf7d35c070"},
		{"statuspage.components", "web-portal=a, web-portal=b", fault.Range, "web-portal=8kbf7d35c070"},
		{"statuspage.components", "web-portal=a,", fault.Range, "web-portal=8kbf7d35c070"},
		{"statuspage.components", "web-portal=a b", fault.Range, "web-portal=8kbf7d35c070"},
		{"statuspage.components", "web-portal=../x", fault.Range, "web-portal=8kbf7d35c070"},
		{"approval.expiry", "10m", "", "10m"},
		{"rooms.exec", "execs", fault.Range, "#exec-updates"},
		{"rooms.archive", "never", "", "never"},
		{"rooms.archive", "close", "", "close"},
		{"rooms.archive", "none", fault.Range, "close or never"},
		{"groups.commanders.slack", "S0123ABCDEF", "", "S0123ABCDEF"},
		{"groups.commanders.slack", "none", "", "none"},
		{"groups.commanders.slack", "@commanders", fault.Range, "S0123ABCDEF"},
		{"groups.admirals.slack", "S0123ABCDEF", fault.UnknownID, "groups.auditors.slack"},
		{"title.max", "120", "", "120"},
		{"title.max", "100000", fault.Range, "20 to 500"},
		{"tier_rto_ceiling.t1", "2h", "", "2h"},
	}
	for _, test := range tests {
		p := DefaultPolicy()
		before, _ := p.Get(test.key)
		err := p.Set(test.key, test.value)
		if fault.CodeOf(err) != test.code {
			t.Errorf("%s %q: %v, want code %q", test.key, test.value, err, test.code)
			continue
		}
		after, _ := p.Get(test.key)
		switch {
		case err == nil && after != test.says:
			t.Errorf("%s %q is read back as %q, want %q", test.key, test.value, after, test.says)
		case err != nil && (!strings.Contains(err.Error(), test.says) || before != after):
			t.Errorf("%s %q: %v; want %q in it, and the setting unchanged (%q, %q)", test.key, test.value, err, test.says, before, after)
		}
	}
}

func TestCopiesOfAPolicyAreIndependent(t *testing.T) {
	original := DefaultPolicy()
	changed := original
	for key, value := range map[string]string{"cadence.team.sev1": "10m", "page.fallback": "alice", "groups.comms.slack": "S0123ABCDEF", "tier_rto_ceiling.t0": "1h", "zone": "Asia/Tokyo"} {
		if err := changed.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range original.Keys() {
		got, _ := original.Get(s.Key)
		fresh := DefaultPolicy()
		if want, _ := fresh.Get(s.Key); got != want {
			t.Errorf("%s changed to %s in the original", s.Key, got)
		}
	}
}

func TestDurationsReadAndWriteAsPeopleDo(t *testing.T) {
	for text, want := range map[string]struct {
		length  time.Duration
		written string
	}{
		"90s":    {90 * time.Second, "1m30s"},
		"5m":     {5 * time.Minute, "5m"},
		"1h30m":  {90 * time.Minute, "1h30m"},
		"60m":    {time.Hour, "1h"},
		"1d":     {day, "24h"},
		"2d":     {2 * day, "2d"},
		"49h":    {49 * time.Hour, "2d1h"},
		"0s":     {0, "0s"},
		"36500d": {maxDuration, "36500d"},
	} {
		got, err := ParseDuration(text)
		if err != nil || got != want.length || FormatDuration(got) != want.written {
			t.Errorf("%q is %v (%v), written %q; want %v, written %q", text, got, err, FormatDuration(got), want.length, want.written)
		}
	}
	for _, text := range []string{"", "90", "1.5h", "-5m", "5m1h", "5m5m", "m", "5 m", "5M", "36501d", "99999999999999999999s", "5minutes", "٥m"} {
		if d, err := ParseDuration(text); fault.CodeOf(err) != fault.Duration {
			t.Errorf("%q is read as %v (%v), want E_DURATION", text, d, err)
		}
	}
	if got := FormatDuration(math.MinInt64); !strings.HasPrefix(got, "-106751d") {
		t.Errorf("the most negative one is written %q", got)
	}
	if got := FormatDuration(-90 * time.Minute); got != "-1h30m" {
		t.Errorf("a negative duration is written %q", got)
	}
}

func TestMailAddressesThatCouldEndALineAreRefused(t *testing.T) {
	var p Policy
	good := readers{&p.MailExec}
	if wrong := good.set("board@northbridge.example, CEO@northbridge.example,ceo@northbridge.example"); wrong != "" || len(p.MailExec) != 2 {
		t.Errorf("%q, %v", wrong, p.MailExec)
	}
	if wrong := good.set("@ivan, board@northbridge.example"); wrong != "" || p.MailExec[0] != "@ivan" {
		t.Errorf("%q, %v", wrong, p.MailExec)
	}
	for _, s := range []string{"board", "a@b", "a@b.example\nBcc: c@d.example", "a@b.example\r", "A Board <a@b.example>", "a@b.example,", "<a@b.example>", "a@b.example;c@d.example", "a b@c.example", "a@b.example\u2028", `"a"@b.example`, "-a@b.example", "@", "@Ivan", "@ivan\n", "@ivan x",
		strings.Repeat("a@b.example,", 3), "a@" + strings.Repeat("b", 64) + ".example"} {
		if wrong := good.set(s); wrong == "" {
			t.Errorf("%q is taken", s)
		}
	}
}
