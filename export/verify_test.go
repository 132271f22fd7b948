package export_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"holdfast/export"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// small is a short journal with text of more than one byte a rune.
func small(t testing.TB) *book {
	b := newBook(t)
	b.declare("alice", incident.Declare{Title: "Störung <b> \"quoted\"\u2028", Severity: 3, Terms: incident.Terms{}})
	b.pass(time.Second)
	b.must("alice", incident.AddNote{Text: "lag: 40 s \\ {\"hash\":\"x\"}"})
	return b
}

func verify(data []byte, o export.VerifyOptions) (export.Report, error) {
	return export.Verify(bytes.NewReader(data), o)
}

func mustFail(t rapid.TB, what string, data []byte) {
	t.Helper()
	r, err := verify(data, export.VerifyOptions{})
	if err == nil {
		t.Fatalf("%s: verified as %s", what, r)
	}
	if !errors.As(err, new(*export.BrokenError)) {
		t.Fatalf("%s: %T is no finding: %v", what, err, err)
	}
}

func TestAnExportVerifiesAndSaysWhatItHolds(t *testing.T) {
	b := outage(t)
	r, err := verify(b.lines(), export.VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%d entries, head %.12s, signed by %s, OK", b.at, b.head(), key.Fingerprint()); r.String() != want {
		t.Errorf("the report is %q, want %q", r, want)
	}
	if want := []string{"3f2a1c9", "77aa01f"}; r.Journal != "INC-1" || !slices.Equal(r.Plans, want) || r.TZ != "UTC" || r.ExportedAt != "2026-11-22T11:57:16Z" {
		t.Errorf("the trailer says %+v", r.Trailer)
	}
}

func TestALineHoldsTheStoredBytes(t *testing.T) {
	b := small(t)
	lines := bytes.SplitAfter(b.lines(), []byte("\n"))
	for e, err := range b.store.Read(context.Background(), b.id, 0) {
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`{"journal":"INC-1","seq":%d,"kind":%q,"body":%s,"hash":"%s"}`+"\n", e.Seq, e.Kind, e.Body, e.Hash)
		if got := string(lines[e.Seq-1]); got != want {
			t.Errorf("line %d is\n%s\nnot\n%s", e.Seq, got, want)
		}
	}
}

func TestTheSameJournalGivesTheSameBytes(t *testing.T) {
	if a, b := outage(t).lines(), outage(t).lines(); !bytes.Equal(a, b) {
		t.Error("two exports differ")
	}
}

func TestAnyChangedByteFails(t *testing.T) {
	data := small(t).lines()
	for i := range data {
		for _, x := range []byte{0x01, 0x20, 0x80, 0xff} {
			harmed := bytes.Clone(data)
			harmed[i] ^= x
			mustFail(t, fmt.Sprintf("byte %d of %d xor %#x (%q)", i, len(data), x, data[max(0, i-20):min(len(data), i+20)]), harmed)
		}
	}
}

func TestAnyMissingOrAddedByteFails(t *testing.T) {
	data := small(t).lines()
	for i := range data {
		mustFail(t, fmt.Sprintf("without byte %d", i), slices.Delete(bytes.Clone(data), i, i+1))
		mustFail(t, fmt.Sprintf("cut at byte %d", i), data[:i])
		for _, c := range []byte{' ', '\n', '0', '"', data[i]} {
			if c != data[i] || i == len(data)-1 {
				mustFail(t, fmt.Sprintf("with %q before byte %d", c, i), slices.Insert(bytes.Clone(data), i, c))
			}
		}
	}
	for _, tail := range []string{"\n", " ", "x", "{}\n"} {
		mustFail(t, fmt.Sprintf("with %q at the end", tail), append(bytes.Clone(data), tail...))
	}
}

func TestAnyReorderingOfLinesFails(t *testing.T) {
	data := outage(t).lines()
	whole := bytes.SplitAfter(data, []byte("\n"))
	whole = whole[:len(whole)-1]
	rapid.Check(t, func(t *rapid.T) {
		lines := slices.Clone(whole)
		i, j := rapid.IntRange(0, len(lines)-1).Draw(t, "line"), rapid.IntRange(0, len(lines)-1).Draw(t, "other")
		switch rapid.SampledFrom([]string{"remove", "repeat", "swap", "cut", "shuffle"}).Draw(t, "change") {
		case "remove":
			lines = slices.Delete(lines, i, i+1)
		case "repeat":
			lines = slices.Insert(lines, j, lines[i])
		case "swap":
			lines[i], lines[j] = lines[j], lines[i]
		case "cut":
			lines = lines[:i]
		case "shuffle":
			rand.New(rand.NewPCG(uint64(i), uint64(j))).Shuffle(len(lines), func(a, b int) { lines[a], lines[b] = lines[b], lines[a] })
		}
		if changed := bytes.Join(lines, nil); !bytes.Equal(changed, data) {
			mustFail(t, "changed lines", changed)
		}
	})
}

func TestAFindingNamesTheEntry(t *testing.T) {
	data := string(outage(t).lines())
	lines := strings.SplitAfter(data, "\n")
	n := len(lines) - 2 // entries
	without := func(from, to int) string { return strings.Join(slices.Delete(slices.Clone(lines), from, to), "") }
	for _, c := range []struct{ what, data, want string }{
		{"another word", strings.Replace(data, "replication lag is 40 s", "replication lag is 41 s", 1), "chain breaks at INC-1#30: its bytes do not give its hash"},
		{"a missing entry", without(22, 23), "chain breaks at INC-1#23: found entry 24"},
		{"missing last entries", without(n-2, n), fmt.Sprintf("head mismatch: %d of %d entries", n-2, n)},
		{"no trailer", strings.Join(lines[:n], ""), fmt.Sprintf("no trailer after entry %d: the file is cut short", n)},
		{"half a line", strings.Join(lines[:10], "") + lines[10][:40], "the file is cut short in the line after entry 10"},
		{"another count", strings.Replace(data, fmt.Sprintf(`"count":%d`, n), `"count":9`, 1), "the signature does not fit: the trailer was changed, or signed by another key than it names"},
		{"two exports", data + data, "something follows the trailer"},
		{"a blank", strings.Replace(data, `,"seq":5,`, `, "seq":5,`, 1), "chain breaks at 5: the line after entry 4 is not the spelling of an entry"},
		{"a blank in the trailer", strings.Replace(data, `{"trailer":{"format":1,`, `{"trailer":{"format": 1,`, 1), "the trailer is not spelled as it was written"},
		{"nothing", "", "no trailer after entry 0: the file is cut short"},
		{"another file", "# INC-1\n", "chain breaks at 1: the line after entry 0 is not the spelling of an entry"},
		{"a long line", strings.Repeat("x", 3<<20), "the line after entry 0 is longer than any export writes"},
	} {
		_, err := verify([]byte(c.data), export.VerifyOptions{})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.what, err, c.want)
		}
	}
}

func TestAnExportSealedByAnotherKeyFailsWhereAKeyIsDemanded(t *testing.T) {
	b := small(t)
	other := export.NewSigner([32]byte{9})
	var forged bytes.Buffer
	if err := export.JSONLines(context.Background(), &forged, b.store, b.id, export.Options{Key: other}); err != nil {
		t.Fatal(err)
	}
	for _, demanded := range []string{key.Public(), key.Fingerprint(), strings.ToUpper(key.Fingerprint()) + "\n"} {
		if _, err := verify(b.lines(), export.VerifyOptions{Key: demanded}); err != nil {
			t.Errorf("key %q: %v", demanded, err)
		}
		_, err := verify(forged.Bytes(), export.VerifyOptions{Key: demanded})
		if want := "signed by " + other.Fingerprint() + ", not by " + key.Fingerprint(); err == nil || err.Error() != want {
			t.Errorf("key %q: %v, want %s", demanded, err, want)
		}
	}
	for _, nonsense := range []string{"x", "ed25519:", "ed25519:" + key.Public(), key.Public()[2:]} {
		if _, err := verify(b.lines(), export.VerifyOptions{Key: nonsense}); fault.CodeOf(err) != fault.Usage {
			t.Errorf("key %q: %v", nonsense, err)
		}
	}
}

func TestAReaderThatFailsIsNoFinding(t *testing.T) {
	data := small(t).lines()
	_, err := export.Verify(iotest.TimeoutReader(iotest.HalfReader(bytes.NewReader(data))), export.VerifyOptions{})
	if !errors.Is(err, iotest.ErrTimeout) || errors.As(err, new(*export.BrokenError)) {
		t.Errorf("the reader's error is %v", err)
	}
	if _, err := export.Verify(iotest.OneByteReader(bytes.NewReader(data)), export.VerifyOptions{}); err != nil {
		t.Errorf("byte by byte: %v", err)
	}
}

func TestAKindOfANewerVersionIsExportedAndVerified(t *testing.T) {
	b := small(t)
	b.raw("weather.seen", []byte(`{"at":"2026-11-22T10:00:00Z","data":{"sky":"<clear>"}}`))
	if r, err := verify(b.lines(), export.VerifyOptions{}); err != nil || r.Count != b.at {
		t.Errorf("%v, %v", r, err)
	}
}

func TestWhatDoesNotHoldTogetherIsNotSigned(t *testing.T) {
	b := outage(t)
	for _, harm := range []damage{{at: 23, bytes: true}, {at: 23, drop: true}, {at: 23, unreadable: true}} {
		harm.Source = b.store
		var out bytes.Buffer
		err := export.JSONLines(context.Background(), &out, harm, b.id, export.Options{Key: key})
		if err == nil || !harm.unreadable && (fault.CodeOf(err) != fault.Store || !strings.Contains(err.Error(), "INC-1#23")) {
			t.Errorf("%+v: %v", harm, err)
		}
		mustFail(t, "half an export", out.Bytes())
	}
	b.raw("note.added", []byte("[1,\n2]"))
	if err := export.JSONLines(context.Background(), &bytes.Buffer{}, b.store, b.id, export.Options{Key: key}); fault.CodeOf(err) != fault.Store {
		t.Errorf("a body that is no object: %v", err)
	}
}

func TestAnExportWantsAKeyAndAJournal(t *testing.T) {
	b := small(t)
	if err := export.JSONLines(context.Background(), &bytes.Buffer{}, b.store, b.id, export.Options{}); fault.CodeOf(err) != fault.Missing {
		t.Errorf("without a key: %v", err)
	}
	for _, f := range export.Formats {
		if err := export.Write(context.Background(), &bytes.Buffer{}, f, b.store, "INC-9", export.Options{Key: key}); fault.CodeOf(err) != fault.UnknownID {
			t.Errorf("%s of an unknown journal: %v", f, err)
		}
	}
}

func FuzzVerify(f *testing.F) {
	b := small(f)
	data := b.lines()
	f.Add(data)
	f.Add(bytes.Replace(data, []byte("a"), []byte("\\u0061"), 1))
	f.Add([]byte(`{"trailer":{}}` + "\n"))
	f.Add([]byte(`{"journal":"a","seq":1,"kind":"b","body":{},"hash":"` + strings.Repeat("0", 64) + `"}` + "\n"))
	f.Add(bytes.Repeat([]byte(journal.Bot), 50000))
	f.Fuzz(func(t *testing.T, changed []byte) {
		r, err := verify(changed, export.VerifyOptions{Key: key.Fingerprint()})
		if err == nil && !bytes.Equal(changed, data) {
			t.Fatalf("verified, though it is not what was written: %s", r)
		}
	})
}
