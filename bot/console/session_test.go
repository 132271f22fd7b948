package console_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/clock"
)

var update = flag.Bool("update", false, "rewrite the golden screens")

// wholeStory goes through everything a terminal can do.
const wholeStory = `incident declare
/incident declare "checkout failing"
[Claim command]
@bob: 1
# a remark
@bob: !inc note replica lag is 2 s
looks like the database
/incident offer @carol
@dave: hello
@carol: [accept]
/incident close
[Close]
n
[Close]
y
4
42
[Reopen]
#ops
@bob:
/incident nonsense
/unheard of
#
@
@carol dm: /incident note from a direct message
help
quit
never read
`

const formStory = `/incident declare

checkout failing for everybody
9
1

checkout failing
/incident declare
cancel
@bob: /incident declare
/incident note instead of a value
/incident declare
half
`

func play(t *testing.T, story string, o console.SessionOptions) string {
	t.Helper()
	chat := console.New(clock.NewManual(start), console.Options{})
	d := &desk{chat: chat}
	var out bytes.Buffer
	o.In, o.Out, o.Person = strings.NewReader(story), &out, "alice"
	o.People = []string{"alice", "bob", "carol"}
	o.Settle = d.settle
	if err := console.NewSession(chat, d, o).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAScreenReadsLikeTheChat(t *testing.T) {
	for _, tt := range []struct {
		golden, story string
		o             console.SessionOptions
	}{
		{"story.txt", wholeStory, console.SessionOptions{}},
		{"story-narrow.txt", wholeStory, console.SessionOptions{Width: 60}},
		{"story-color.txt", wholeStory, console.SessionOptions{Color: true}},
		{"form.txt", formStory, console.SessionOptions{Intro: "A chat to try forms in.", Room: "#ops"}},
	} {
		t.Run(tt.golden, func(t *testing.T) {
			got := play(t, tt.story, tt.o)
			file := "testdata/" + tt.golden
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (run with -update when it is meant):\n%s", file, diff)
			}
		})
	}
}

var typedLine = regexp.MustCompile(` › `)

func TestNoDrawnLineIsWiderThanTheScreen(t *testing.T) {
	for _, width := range []int{40, 60, 80, 100} {
		for line := range strings.SplitSeq(play(t, wholeStory, console.SessionOptions{Width: width}), "\n") {
			if n := utf8.RuneCountInString(line); n > width && !typedLine.MatchString(line) {
				t.Errorf("%d columns: %q has %d", width, line, n)
			}
		}
	}
}

func TestColourChangesNothingButColour(t *testing.T) {
	plain := play(t, wholeStory, console.SessionOptions{})
	colored := play(t, wholeStory, console.SessionOptions{Color: true})
	if diff := cmp.Diff(plain, regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(colored, "")); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(plain, "\x1b") {
		t.Error("the plain screen has escape sequences")
	}
}

func TestWhatIsPipedInCannotDriveTheTerminal(t *testing.T) {
	got := play(t, "hello \x1b[2J\x1b]0;title\x07 \u202eworld\n/incident note \x1b[31mred\n", console.SessionOptions{})
	if strings.ContainsAny(got, "\x1b\x07\u202e") {
		t.Errorf("the screen has control characters: %q", got)
	}
}

func TestWhatOthersSayIsShownAndOnesOwnWordsAreNotRepeated(t *testing.T) {
	chat := console.New(clock.NewManual(start), console.Options{})
	var out screen
	s := console.NewSession(chat, &echo{}, console.SessionOptions{In: strings.NewReader("mine\n"), Out: &out, Person: "alice"})
	chat.Say(t.Context(), "bob", "", "theirs \x1b[2J")
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "@bob 10:00\ntheirs\n") && !strings.Contains(got, "@bob 10:00\ntheirs \n") || strings.Count(got, "mine") != 1 {
		t.Error(got)
	}
}

func TestALineWithoutAnEndIsStillDone(t *testing.T) {
	if got := play(t, "/incident note the last word", console.SessionOptions{}); !strings.Contains(got, "@alice noted: the last word") {
		t.Error(got)
	}
}

// screen is written by the session and read by a test.
type screen struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

func TestWhatHappensMeanwhileIsDrawnOnceByRefresh(t *testing.T) {
	chat := console.New(clock.NewManual(start), console.Options{})
	var out screen
	in, typing := io.Pipe()
	s := console.NewSession(chat, &echo{}, console.SessionOptions{In: in, Out: &out, Person: "alice"})
	done := make(chan error)
	go func() { done <- s.Run(t.Context()) }()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				if _, err := chat.Post(t.Context(), bot.Message{To: "#ops", Body: says("tick")}); err != nil {
					t.Error(err)
				}
				s.Refresh()
			}
		})
	}
	for range 20 {
		if _, err := io.WriteString(typing, "/incident x\n"); err != nil {
			t.Fatal(err)
		}
	}
	wait.Wait()
	typing.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	s.Refresh()
	if n := strings.Count(out.String(), "│ tick"); n != 160 {
		t.Errorf("drawn %d times, want 160", n)
	}
	if n := strings.Count(out.String(), "┊ you said x"); n != 20 {
		t.Errorf("%d answers, want 20", n)
	}
}

// hasty posts before it answers, as an engine beside it may.
type hasty struct{ chat *console.Chat }

func (h hasty) Handle(ctx context.Context, r bot.Request) bot.Reply {
	if _, err := h.chat.Post(ctx, bot.Message{To: "#inc-1-x", Body: says("the headline")}); err != nil {
		return bot.Reply{Message: says(err.Error())}
	}
	return bot.Reply{Message: says("the answer")}
}

func TestTheAnswerIsDrawnBeforeWhatItSetOff(t *testing.T) {
	chat := console.New(clock.NewManual(start), console.Options{})
	var out screen
	s := console.NewSession(chat, hasty{chat}, console.SessionOptions{In: strings.NewReader("/incident x\n"), Out: &out, Person: "alice"})
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); strings.Index(got, "the answer") > strings.Index(got, "the headline") {
		t.Error(got)
	}
}

// lookout reports when a text has been written.
type lookout struct {
	screen
	text string
	seen chan struct{}
}

func (l *lookout) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(l.text)) {
		close(l.seen)
	}
	return l.screen.Write(p)
}

func TestWhatHappensWhileThePromptWaitsIsDrawnUnasked(t *testing.T) {
	chat := console.New(clock.NewManual(start), console.Options{})
	out := &lookout{text: "│ the pager has answered", seen: make(chan struct{})}
	in, typing := io.Pipe()
	s := console.NewSession(chat, &echo{}, console.SessionOptions{In: in, Out: out, Person: "alice"})
	done := make(chan error)
	go func() { done <- s.Run(t.Context()) }()
	if _, err := chat.Post(t.Context(), bot.Message{To: "#ops", Body: says("the pager has answered")}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-out.seen:
	case <-time.After(10 * time.Second):
		t.Error(out.String())
	}
	typing.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestASessionEndsWithItsContext(t *testing.T) {
	in, typing := io.Pipe()
	defer typing.Close()
	ctx, cancel := context.WithCancel(t.Context())
	chat := console.New(clock.NewManual(start), console.Options{})
	s := console.NewSession(chat, &echo{}, console.SessionOptions{In: in, Out: io.Discard, Person: "alice"})
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it is still reading")
	}
}

func TestTimesAreShownInTheZoneOfTheScreen(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	if got := play(t, "/incident note x\n", console.SessionOptions{Zone: berlin}); !strings.Contains(got, "Holdfast 11:00 · only you") {
		t.Error(got)
	}
}
