package commands_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"holdfast/internal/fault"
)

func TestTheSameDeliveryGetsTheSameAnswerAndRecordsNothingMore(t *testing.T) {
	for verb := range mutating {
		t.Run(verb, func(t *testing.T) {
			d, who, words := readyFor(t, verb)
			first := d.ok(who, war, words)
			same := func(when string) {
				t.Helper()
				d.unchanged("the same delivery "+when, func() {
					again := d.again(first).accepted()
					if again.text() != first.text() || again.Reply.Ref != first.Reply.Ref || again.Reply.MoveTo != first.Reply.MoveTo {
						t.Errorf("%s it is answered with\n%s\nand was with\n%s", when, again.text(), first.text())
					}
				})
			}
			same("at once")
			d.later(10 * minute)
			d.say("carol", war, `note "meanwhile"`)
			same("ten minutes later")
			d.boot()
			same("after a restart")
		})
	}
}

func TestASecondDeclarationThatJoinedIsAnsweredAlikeLater(t *testing.T) {
	d := declared(t)
	first := d.ok("bob", ops, `declare "cards fail" sev:1 service:payments-api`).says("Joined INC-1")
	d.later(5 * minute)
	d.unchanged("the same delivery", func() {
		if again := d.again(first).accepted(); again.text() != first.text() {
			t.Errorf("it is answered with\n%s\nand was with\n%s", again.text(), first.text())
		}
	})
	if n := d.count("register", "register.opened"); n != 1 {
		t.Errorf("%d incidents", n)
	}
}

func TestAFormSentTwiceIsOneFact(t *testing.T) {
	d := declared(t)
	d.say("alice", war, "note").asked()
	first := d.submit("alice", map[string]string{"text": "x"}).accepted()
	d.unchanged("the form again", func() {
		if again := d.again(first); again.text() != first.text() {
			t.Errorf("answered with %s", again.text())
		}
	})
}

// Whatever is typed, the answer is a sentence, and what is wrong is never wrong
// with Holdfast.
func FuzzWhatIsTyped(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
		f.Add("note " + text)
	}
	for _, m := range mutating {
		f.Add(m.words)
	}
	for _, words := range reading {
		f.Add(words + " --dry-run")
	}
	f.Fuzz(func(t *testing.T, words string) {
		d := declared(t)
		for _, place := range []string{war, ops} {
			a := d.say("alice", place, words)
			if a.Code() == fault.Internal || strings.TrimSpace(a.text()) == "" && len(a.Reply.Message.Blocks) == 0 {
				t.Fatalf("%q in %s: code %q: %q", words, place, a.Code(), a.text())
			}
			harmless(t, words, a.text())
		}
	})
}

// hostile is what customers, alerts and jokers write.
var hostile = []string{
	`<!channel> @here @everyone <@U123>`, `[Claim](cmd:close)`, `**bold** _it_ ` + "`code`" + ` ~~x~~`, "# head\n> quote\n---\n| a | b |", `{{.Incident.ID}} {{template "x"}}`,
	"safe\u202Egnp.exe\u200B\uE000\U000F0000\u0000\u0007 end", `"`, `""" \" \\ \`, `$(rm -rf /) ; drop table`, "a\tb\r\nc\u2028d", "\xff\xfe broken", `<script>alert(1)</script>`,
	`=cmd|' /C calc'!A0`, strings.Repeat("é", 300), "\u202e\u202d\u2066\u2067\u2068\u2069", "--", "—", "@", "#", "because", "again", "😀👩\u200d👩\u200d👧", "http://x/?a=1&b=<2>",
}

func TestHostileTextStaysTextEverywhere(t *testing.T) {
	for i, text := range hostile {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			d := declared(t)
			d.later(2 * minute)
			for _, verb := range []string{"note", "decide", "update", "page team:dba", "task add", "edit impact", "edit title", "resolve", "correct 1", "status", "role", "phase", "help", "", "severity", "role claim", "ticket link"} {
				a := d.say("alice", war, verb+" "+text)
				if a.Code() == fault.Internal {
					t.Errorf("%s %q: %s", verb, text, a.text())
				}
				harmless(t, verb, a.text())
				for _, b := range a.Reply.Message.Buttons() {
					if strings.HasPrefix(b.Label, "Claim") && strings.HasPrefix(b.Command, "close") {
						t.Errorf("%s %q has made the button %+v", verb, text, b)
					}
				}
				d.chat.Cancel(t.Context(), "alice")
			}
			for _, e := range d.stored() {
				if strings.Contains(e, "\u202E") || strings.Contains(e, "\uE000") || strings.Contains(e, "\u0007") {
					t.Errorf("stored: %q", e)
				}
			}
			for _, m := range d.chat.Messages(war) {
				harmless(t, "the room", m.Text)
			}
		})
	}
}

// calling is what would call everybody, or somebody by a platform's id.
var calling = regexp.MustCompile(`<[!@#][^>]*>|(?:^|[\s(\[])@(?:here|channel|everyone)\b`)

func harmless(t *testing.T, where, text string) {
	t.Helper()
	if bad := calling.FindString(text); bad != "" {
		t.Errorf("%s says %q: %s", where, bad, text)
	}
	for _, r := range text {
		if r != '\n' && r != '\t' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) && r != '\u200d' || unicode.Is(unicode.Co, r)) {
			t.Errorf("%s holds %U: %q", where, r, text)
		}
	}
}

func TestACommandIsTakenInUpTo64KiB(t *testing.T) {
	d := declared(t)
	const most = 64 << 10
	head := `note "`
	d.unchanged("a command that is too long", func() {
		d.refused(fault.TooBig, "alice", war, head+strings.Repeat("x", most)).says("65536 are taken in")
		// As many as are taken in are read, and found too long by the next rule.
		d.refused(fault.Length, "alice", war, head+strings.Repeat("x", most-len(head)-1)+`"`).says("10000 are allowed")
		d.say("alice", war, "note").asked()
		if a := d.submit("alice", map[string]string{"text": strings.Repeat("x", most)}); a.Code() != fault.TooBig {
			t.Errorf("a form that is too long: %q", a.Code())
		}
		// 10,000 characters may still be more bytes than one entry holds.
		d.refused(fault.TooBig, "alice", war, head+strings.Repeat("漢", 9000)+`"`).says("Shorten it")
	})
	d.ok("alice", war, head+strings.Repeat("x", 10000)+`"`)
}

func TestNoRefusalIsLongerThanAScreen(t *testing.T) {
	d := declared(t)
	long := strings.Repeat("y", 60_000)
	for _, words := range []string{long, "status " + long, "severity " + long, "phase " + long, "role " + long, "note x colour:" + long, "task done " + long, "role comms @" + long,
		"ticket link " + long, "page team:" + long + " x", "declare x service:" + long, "note x at:" + long, "help " + long, "page ack " + long, "correct " + long + " x", "list " + long,
		"update send " + long, "update x next:" + long, "decide x because y z" + long, "export format:" + long} {
		a := d.say("alice", war, words)
		if a.Code() == "" || len(a.text()) > 2500 {
			t.Errorf("%.30s…: code %q and %d bytes", words, a.Code(), len(a.text()))
		}
	}
}

func TestWhatTheStoreDoesNotTakeIsNotRecordedAndTheAnswerSaysSo(t *testing.T) {
	for verb := range mutating {
		t.Run(verb, func(t *testing.T) {
			d, who, words := readyFor(t, verb)
			d.store.Refuse(true)
			var first answer
			d.unchanged("a store that refuses", func() {
				first = d.refused(fault.Store, who, war, words).says("NOT RECORDED")
			})
			d.store.Refuse(false)
			d.again(first).accepted() // the same delivery is good once the store is back
		})
	}
}

func TestAnAnswerThatIsLostIsAskedForAgain(t *testing.T) {
	d := declared(t)
	d.store.LoseReplies(1)
	first := d.ok("alice", war, `note "lag is 2 s"`)
	if n := d.count("INC-1", "note.added"); n != 1 {
		t.Errorf("%d notes", n)
	}
	d.unchanged("the delivery again", func() { d.again(first).accepted() })
}

func TestHelpWorksWhileTheStoreIsDown(t *testing.T) {
	d := declared(t)
	d.store.Refuse(true)
	for _, place := range []string{war, ops} {
		d.ok("alice", place, "help").says("declare")
		d.ok("alice", place, "help page").says("page team:dba")
		d.ok("alice", place, "whoami").says("@alice")
		d.refused(fault.Store, "alice", place, "list")
		d.refused(fault.Store, "alice", place, "")
	}
	d.refused(fault.Store, "alice", war, "status")
}
