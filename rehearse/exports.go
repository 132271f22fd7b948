package rehearse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"holdfast/storage"
)

// Exporter writes the record of a journal in a format.
type Exporter func(ctx context.Context, s storage.Store, journal, format string, w io.Writer) error

// exports is what a scenario writes below the output folder. It knows only its
// own files, so that scenarios that share a folder do not see each other's.
type exports struct {
	dir     string
	shelf   *shelf
	export  Exporter // nil: nothing can be exported
	written []string
}

// forPerson writes a record that somebody asked for in chat.
func (x *exports) forPerson(ctx context.Context, id, format string) (where string, err error) {
	name := id + "." + format
	return name, x.write(ctx, id, format, name)
}

// keep writes a picture that somebody asked for in chat.
func (x *exports) keep(name string, content []byte) (where string, err error) {
	if err := os.MkdirAll(x.dir, 0o755); err != nil {
		return "", fmt.Errorf("make the output folder: %w", err)
	}
	if err := os.WriteFile(filepath.Join(x.dir, name), content, 0o644); err != nil {
		return "", fmt.Errorf("keep a picture: %w", err)
	}
	if !slices.Contains(x.written, name) {
		x.written = append(x.written, name)
	}
	return name, nil
}

// record writes a record for a chat that hands people files.
func (x *exports) record(ctx context.Context, w io.Writer, id, format string) error {
	if x.export == nil {
		return errors.New("nothing here can export")
	}
	return x.export(ctx, x.shelf.Store, id, format, w)
}

// write writes a record to a file below the output folder.
func (x *exports) write(ctx context.Context, id, format, name string) error {
	if x.export == nil {
		return errors.New("nothing here can export")
	}
	path := filepath.Join(x.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the output folder: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("export %s: %w", id, err)
	}
	if err := x.export(ctx, x.shelf.Store, id, format, f); err != nil {
		return fmt.Errorf("export %s: %w", id, errors.Join(err, f.Close()))
	}
	if name = filepath.Clean(name); !slices.Contains(x.written, name) {
		x.written = append(x.written, name)
	}
	return f.Close()
}

// read returns a file that this scenario has written.
func (x *exports) read(name string) (string, error) {
	if name = filepath.Clean(name); slices.Contains(x.written, name) {
		text, err := os.ReadFile(filepath.Join(x.dir, name))
		return string(text), err
	}
	there := "nothing has been written"
	if len(x.written) > 0 {
		there = "there are " + strings.Join(x.written, ", ")
	}
	return "", fmt.Errorf("there is no file %s: %s", name, there)
}
