package rehearse_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/internal/clock"
	"holdfast/rehearse"
	"holdfast/storage"
	"holdfast/storage/memory"
)

const northbridge = "../examples/northbridge"

// stage is the beginning of most scenarios of these tests.
const stage = "rehearse 1\nat 2026-11-02T10:00:00Z\n"

func inMemory(_ context.Context, _ string, at clock.Clock) (storage.Store, error) {
	return memory.New(at), nil
}

// rehearsed runs one scenario on a store in memory.
func rehearsed(t *testing.T, text string) (exit int, report, transcript string) {
	t.Helper()
	return played(t, text, rehearse.Options{Open: inMemory})
}

// played runs one scenario against the sample plan.
func played(t *testing.T, text string, o rehearse.Options) (exit int, report, transcript string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "scene.txt")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var said, happened bytes.Buffer
	o.Files, o.Plan, o.Report, o.Transcript = []string{file}, northbridge, &said, &happened
	o.Export = func(_ context.Context, _ storage.Store, journal, format string, w io.Writer) error {
		_, err := io.WriteString(w, "record of "+journal+" as "+format)
		return err
	}
	exit = rehearse.Run(t.Context(), o)
	clean := strings.NewReplacer(file, "scene.txt")
	return exit, clean.Replace(said.String()), clean.Replace(happened.String())
}

// holds fails the test unless the scenario is clean.
func holds(t *testing.T, text string) {
	t.Helper()
	if exit, report, transcript := rehearsed(t, text); exit != rehearse.Clean {
		t.Errorf("exit %d\n%s\n%s", exit, report, transcript)
	}
}

func TestTheLanguagesOwnExampleHolds(t *testing.T) {
	holds(t, stage+`@alice #ops: /incident declare "checkout failing" sev:1 service:payments-api
expect reply ~ INC-1
expect page team:app ~ checkout failing
expect state INC-1 roles.acting = alice
+5m
fail pager 503 for 4m
@bob #inc-1-checkout-failing: /incident role commander @bob
expect state INC-1 roles.commander = bob
@bob: /incident decide "fail over to B" because "replica lag 2 s"
restart
expect journal INC-1 has decision.made
@bob: /incident declare "x" service:payment
expect error E_UNKNOWN_ID
expect verify INC-1 ok
`)
}

func TestNothingIsRunWhenOneFileCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("good.txt", stage+"expect pending 0\n")
	for name, test := range map[string]struct{ text, want string }{
		"a typo":                  {stage + "expct ok\n", ":3: there is no directive `expct`"},
		"a stranger":              {stage + "@alise: hello\n", ":3: nobody is called @alise; Did you mean alice?"},
		"a stranger in a race":    {stage + "together\n@nobody: hello\nend\n", ":4: nobody is called @nobody"},
		"an unknown group":        {"rehearse 1\nperson x groups:legl\n" + stage[11:], ":2: E_UNKNOWN_ID: There is no group \"legl\". Did you mean legal?"},
		"an unknown setting":      {"rehearse 1\nset cadence.exec.sev 30m\n" + stage[11:], ":2: E_UNKNOWN_ID"},
		"a folder that is no one": {stage + "use plan ../nowhere\n", ":3: there is no folder"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := write("bad.txt", test.text)
			var report, transcript bytes.Buffer
			exit := rehearse.Run(t.Context(), rehearse.Options{Files: []string{good, bad}, Plan: northbridge, Report: &report, Transcript: &transcript,
				Open: func(_ context.Context, _ string, at clock.Clock) (storage.Store, error) {
					t.Error("a store was opened")
					return memory.New(at), nil
				}})
			if exit != rehearse.Unusable || transcript.Len() > 0 || !strings.Contains(report.String(), "bad.txt"+test.want) {
				t.Errorf("exit %d\n%s%s", exit, &report, &transcript)
			}
		})
	}
}

func TestEveryFileHasAWorldOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	var files, names []string
	for _, name := range []string{"a.txt", "b.txt"} {
		file := filepath.Join(dir, name)
		text := "rehearse 1\nperson zoe\nat 2026-11-02T10:00:00Z\n@zoe #ops: /incident declare \"x\" sev:4\nexpect reply ~ INC-1\nexpect state INC-1 severity = 9\n"
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	var report, transcript bytes.Buffer
	exit := rehearse.Run(t.Context(), rehearse.Options{Files: files, Report: &report, Transcript: &transcript, JSON: true,
		Open: func(_ context.Context, name string, at clock.Clock) (storage.Store, error) {
			names = append(names, name)
			return memory.New(at), nil
		}})
	if got := strings.Join(names, " "); exit != rehearse.Failed || got != "01-a 02-b" {
		t.Errorf("exit %d, stores %s", exit, got)
	}
	want := files[0] + ": 2 checks, 1 failed\n"
	if all := report.String(); !strings.Contains(all, want) || !strings.HasSuffix(all, "\n4 checks, 2 failed\n") {
		t.Error(all)
	}
	keys := []string{"at", "data", "file", "kind", "line", "ref", "text", "to"}
	kinds := map[string]bool{}
	for l := range strings.Lines(transcript.String()) {
		var e map[string]any
		if err := json.Unmarshal([]byte(l), &e); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		if got := slices.Sorted(maps.Keys(e)); !slices.Equal(got, keys) {
			t.Errorf("keys %v: %s", got, l)
		}
		kinds[e["kind"].(string)] = true
		if e["kind"] == "clock" && (e["to"] != nil || e["data"] != nil || e["line"] != 3.0) {
			t.Errorf("not null, or not of line 3: %s", l)
		}
	}
	for _, k := range []string{"clock", "input", "fact", "reply", "room", "post", "check"} {
		if !kinds[k] {
			t.Errorf("no event of kind %s", k)
		}
	}
}

func TestWithoutAPlanOnlyThePeopleOfTheScenarioAct(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.txt")
	text := "rehearse 1\nperson zoe groups:commanders\nperson gus guest\nzone Europe/Berlin\nset offer.expiry 10m\nat 2026-11-02T10:00:00Z\n" +
		"@zoe: /incident declare \"x\" sev:4\nexpect ok\nexpect state INC-1 zone = Europe/Berlin\n" +
		"@gus #inc-1-x: /incident note \"y\"\nexpect error E_ROLE\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var report bytes.Buffer
	exit := rehearse.Run(t.Context(), rehearse.Options{Files: []string{file}, Report: &report,
		Open: inMemory})
	if exit != rehearse.Clean || report.String() != "3 checks, 0 failed\n" {
		t.Errorf("exit %d\n%s", exit, &report)
	}
}

func TestScenariosThatShareAFolderDoNotSeeEachOthersFiles(t *testing.T) {
	dir, out := t.TempDir(), t.TempDir()
	var files []string
	for name, line := range map[string]string{"a.txt": "export register md > r.md\nexpect file r.md ~ register\n", "b.txt": "expect file r.md ~ register\n"} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(stage+line), 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	slices.Sort(files)
	var report bytes.Buffer
	rehearse.Run(t.Context(), rehearse.Options{Files: files, Out: out, Report: &report,
		Open: inMemory,
		Export: func(_ context.Context, _ storage.Store, journal, _ string, w io.Writer) error {
			_, err := io.WriteString(w, journal)
			return err
		}})
	if got := report.String(); !strings.Contains(got, "a.txt: 1 checks, 0 failed") || !strings.Contains(got, "there is no file r.md: nothing has been written") {
		t.Error(got)
	}
	if _, err := os.Stat(filepath.Join(out, "r.md")); err != nil {
		t.Error(err)
	}
}

func TestAnActThatTheChatDoesNotHaveRunsNothing(t *testing.T) {
	for line, verb := range map[string]string{
		"@alice reacts :eyes: to last": "`reacts`", "@alice unreacts :eyes: to INC-1#3": "`unreacts`",
		`@alice menu "Create task" on "some text"`: "`menu`", `@alice edits "a: b": new`: "`edits`", "@alice deletes last": "`deletes`",
	} {
		exit, report, transcript := rehearsed(t, stage+line+"\n")
		if want := "scene.txt:3: " + verb + " is not in this version of the terminal's chat; nearest: chat slack\n"; exit != rehearse.Unusable || report != want || transcript != "" {
			t.Errorf("%s: exit %d\n%s%s", line, exit, report, transcript)
		}
	}
	exit, report, _ := rehearsed(t, "rehearse 1\nchat slack\nat 2026-11-02T10:00:00Z\n")
	if want := "scene.txt: `chat slack` is not in this version\n"; exit != rehearse.Unusable || report != want {
		t.Errorf("exit %d\n%s", exit, report)
	}
}

// quiet is a chat of a test's own, in which nobody can do anything.
type quiet struct{ rehearse.Chat }

func (quiet) Act(a rehearse.PersonAct) (rehearse.Delivery, error) {
	return rehearse.Delivery{}, errors.New("@" + a.Actor() + " is not here")
}

func (quiet) Connect(context.Context, func() bool) (rehearse.Connection, error) {
	return nil, errors.New("there is no way in")
}

func TestTheCallersChatGoesBeforeTheFiles(t *testing.T) {
	var rooms []string
	o := rehearse.Options{Open: inMemory, Chat: "slack", Chats: map[string]rehearse.NewChat{"slack": func(s rehearse.Site) (rehearse.Chat, error) {
		rooms = s.Rooms
		return quiet{}, nil
	}}}
	exit, report, transcript := played(t, "rehearse 1\nchat console\nat 2026-11-02T10:00:00Z\n@bob #ops: hello\n@bob #inc-7-x: hello\n", o)
	if exit != rehearse.Failed || !strings.Contains(report, "@bob is not here") || !strings.Contains(transcript, "start in the chat: there is no way in") {
		t.Errorf("exit %d\n%s%s", exit, report, transcript)
	}
	if got := strings.Join(rooms, " "); got != "#exec-updates #general #ops" {
		t.Errorf("there from the start: %s", got)
	}
}
