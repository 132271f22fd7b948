package console

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"holdfast/templates"
)

// input is where lines come from and where the screen is written to.
type input interface {
	// Start prepares the terminal; restore puts it back.
	Start() (restore func(), err error)
	// Read shows a prompt and returns the next line without its end. It fails
	// with io.EOF when there is none.
	Read(prompt string) (string, error)
	// Write draws above the prompt.
	io.Writer
	// Width is the number of columns, 0 when nobody knows.
	Width() int
}

// inputOf takes a keyboard where a person sits at both ends, and a script
// otherwise.
func inputOf(in io.Reader, out io.Writer) input {
	keys, fromFile := in.(*os.File)
	screen, toFile := out.(*os.File)
	fromTerminal := fromFile && term.IsTerminal(int(keys.Fd()))
	if fromTerminal && toFile && term.IsTerminal(int(screen.Fd())) {
		return &keyboard{keys: keys, screen: screen, lines: term.NewTerminal(both{keys, screen}, "")}
	}
	return &script{in: bufio.NewReader(in), out: out, echo: !fromTerminal}
}

// IsTerminal says whether a person types there.
func IsTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// WantsColor says whether a screen is to be drawn in colour: a terminal, and
// nobody has set NO_COLOR.
func WantsColor(out io.Writer, getenv func(string) string) bool {
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}

// script is lines from a pipe or a file. They are echoed behind the prompt, so
// that what comes out reads like the chat.
type script struct {
	in   *bufio.Reader
	echo bool

	mu  sync.Mutex
	out io.Writer
}

func (s *script) Start() (func(), error) { return func() {}, nil }

func (s *script) Width() int { return 0 }

func (s *script) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

func (s *script) Read(prompt string) (string, error) {
	if !s.echo {
		if _, err := io.WriteString(s, prompt); err != nil {
			return "", fmt.Errorf("draw the prompt: %w", err)
		}
	}
	line, err := s.in.ReadString('\n')
	if err != nil && (!errors.Is(err, io.EOF) || line == "") {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	if s.echo {
		if _, err := io.WriteString(s, strings.TrimRight(prompt+templates.Inert(line), " ")+"\n"); err != nil {
			return "", fmt.Errorf("echo a line: %w", err)
		}
	}
	return line, nil
}

// keyboard is a person at a terminal, with a line to edit and a history. What
// is drawn meanwhile moves the prompt down.
type keyboard struct {
	keys, screen *os.File
	lines        *term.Terminal
}

type both struct {
	io.Reader
	io.Writer
}

func (k *keyboard) Start() (func(), error) {
	old, err := term.MakeRaw(int(k.keys.Fd()))
	if err != nil {
		return nil, fmt.Errorf("prepare the terminal: %w", err)
	}
	return func() {
		// Nothing is left that could tell of a failure.
		_ = term.Restore(int(k.keys.Fd()), old)
		_, _ = io.WriteString(k.screen, "\n")
	}, nil
}

func (k *keyboard) Width() int {
	columns, _, err := term.GetSize(int(k.screen.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

func (k *keyboard) Write(p []byte) (int, error) { return k.lines.Write(p) }

func (k *keyboard) Read(prompt string) (string, error) {
	if columns, rows, err := term.GetSize(int(k.screen.Fd())); err == nil {
		if err := k.lines.SetSize(columns, rows); err != nil {
			return "", fmt.Errorf("fit the prompt to the terminal: %w", err)
		}
	}
	k.lines.SetPrompt(prompt)
	line, err := k.lines.ReadLine()
	if errors.Is(err, term.ErrPasteIndicator) {
		err = nil
	}
	k.lines.SetPrompt("")
	return line, err
}
