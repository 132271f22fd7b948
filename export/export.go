// Package export takes journals out of the store: a record in Markdown or HTML
// that a stranger can follow, a table for a spreadsheet, and JSON lines that anybody can verify offline, byte by
// byte, with nothing but the file. It reads in passes and holds no more than
// what the passes must know of each other.
package export

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/storage"
)

// Source is what an export reads. Every storage.Store is one.
type Source interface {
	Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error]
}

// Options say how an export is made. The zero value is a Markdown record in
// UTC that names no key.
type Options struct {
	Key        Signer         // seals JSON; Markdown names its fingerprint
	Now        time.Time      // the time of the export; zero leaves it out
	Zone       *time.Location // of the times in a record; nil is UTC
	Durability string         // the store's class, as people read it; may be empty
}

func (o Options) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

// Format is a way to write a journal down.
type Format string

// The formats of this version.
const (
	MarkdownFormat  Format = "md"
	HTMLFormat      Format = "html"  // the same record, as a page
	CSVFormat       Format = "csv"   // one entry a row, for a spreadsheet
	JSONFormat      Format = "json"  // one document, for programs
	JSONLinesFormat Format = "jsonl" // one entry a line, for Verify
)

// Formats lists what this version writes.
var Formats = []Format{MarkdownFormat, HTMLFormat, CSVFormat, JSONFormat, JSONLinesFormat}

// ParseFormat reads a format's name; the empty name is Markdown. Any other
// word is E_RANGE.
func ParseFormat(name string) (Format, error) {
	f := Format(strings.ToLower(name))
	switch {
	case f == "":
		return MarkdownFormat, nil
	case slices.Contains(Formats, f):
		return f, nil
	}
	return "", fault.Newf(fault.Range, "One of "+known()+".", "There is no export format %q.", name)
}

func known() string {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

// Write writes a journal in any format. A journal without entries is
// E_UNKNOWN_ID; what has been written then and after any other error is no
// record.
func Write(ctx context.Context, w io.Writer, f Format, from Source, journal string, o Options) error {
	switch f {
	case MarkdownFormat:
		return Markdown(ctx, w, from, journal, o)
	case HTMLFormat:
		return HTML(ctx, w, from, journal, o)
	case CSVFormat:
		return CSV(ctx, w, from, journal, o)
	case JSONFormat:
		return JSON(ctx, w, from, journal, o)
	case JSONLinesFormat:
		return JSONLines(ctx, w, from, journal, o)
	}
	_, err := ParseFormat(string(f))
	if err == nil {
		err = fmt.Errorf("export %s as %q: not a format", journal, f)
	}
	return err
}

func noEntries(journal string) error {
	return fault.Newf(fault.UnknownID, "`holdfast status --all` lists the incidents.", "There is no journal %s in this store.", journal)
}
