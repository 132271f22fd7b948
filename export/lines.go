package export

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"holdfast/internal/fault"
	"holdfast/storage"
)

// JSONLines writes one canonical line an entry, with the stored bytes as they
// are, and a signed trailer. The chain is checked on the way: what does not
// hold is not signed, and the error names the first entry that breaks it.
func JSONLines(ctx context.Context, w io.Writer, from Source, journal string, o Options) error {
	return writeLines(ctx, w, from, journal, o, frame{between: "\n", beforeTrailer: "\n"})
}

// JSON writes the same lines as one JSON document for programs that want one:
// {"entries":[...],"trailer":{...}}. Verify reads JSON lines only.
func JSON(ctx context.Context, w io.Writer, from Source, journal string, o Options) error {
	return writeLines(ctx, w, from, journal, o, frame{open: "{\"entries\":[\n", between: ",\n", beforeTrailer: "\n],\n", bare: true})
}

// frame is what stands around the lines.
type frame struct {
	open, between, beforeTrailer string
	bare                         bool // the trailer is a member of an open object
}

func writeLines(ctx context.Context, w io.Writer, from Source, journal string, o Options, f frame) error {
	out := bufio.NewWriterSize(w, 64<<10)
	out.WriteString(f.open)
	chain := storage.NewVerifier(journal)
	var plans planCommits
	var line []byte
	for e, err := range from.Read(ctx, journal, 0) {
		if inDoubt(err) {
			break
		}
		if err != nil {
			return fmt.Errorf("read %s for export: %w", journal, err)
		}
		if chain.Count() > 0 {
			out.WriteString(f.between)
		}
		if err := chain.Next(e); err != nil {
			return unsigned(journal, err)
		}
		if line, err = appendLine(line[:0], e); err != nil {
			return unsigned(journal, fmt.Errorf("%s#%d: %w", journal, e.Seq, err))
		}
		if _, err := out.Write(line); err != nil {
			return fmt.Errorf("write the export of %s: %w", journal, err)
		}
		plans.see(e.Body)
	}
	if chain.Count() == 0 {
		return noEntries(journal)
	}
	t, err := newTrailer(journal, chain.Count(), chain.Head(), plans.seen, o).seal(o.Key)
	if err != nil {
		return err
	}
	if line, err = t.line(); err != nil {
		return err
	}
	out.WriteString(f.beforeTrailer)
	if f.bare {
		line = line[1:]
	}
	out.Write(line)
	out.WriteString("\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the export of %s: %w", journal, err)
	}
	return nil
}

// inDoubt says that a journal is whole as far as anybody knows, and takes no
// more entries because that is not certain.
func inDoubt(err error) bool {
	var frozen *storage.FrozenError
	return errors.As(err, &frozen) && frozen.Doubt
}

func unsigned(journal string, err error) error {
	return fault.Newf(fault.Store, "`holdfast verify` on the store names all damage; a Markdown export shows what can be read.",
		"The journal %s does not hold together, so its export is not signed: %v.", journal, err)
}

// planCommits collects the plans that entries were written under.
type planCommits struct{ seen []string }

func (p *planCommits) see(body []byte) {
	var meta struct {
		Plan string `json:"plan_commit"`
	}
	if json.Unmarshal(body, &meta) == nil {
		p.add(meta.Plan)
	}
}

func (p *planCommits) add(commit string) {
	if commit != "" && !slices.Contains(p.seen, commit) {
		p.seen = append(p.seen, commit)
	}
}
