package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"holdfast/export"
	"holdfast/internal/fault"
	"holdfast/storage/file"
)

type verifyCommand struct {
	Path    string `arg:"" optional:"" help:"An export (JSON lines), or the folder of a store." placeholder:"FILE|DIR"`
	Store   string `help:"The store: file:DIR or redis://HOST:PORT; default ./.holdfast-demo." placeholder:"STORE"`
	Archive string `help:"The folder of archived incidents; default where they were written." placeholder:"DIR"`
	Key     string `help:"The fingerprint of the key that must have signed an export." placeholder:"FINGERPRINT"`
}

func (c *verifyCommand) run(ctx context.Context, _ func(string) string, std stdio) (int, error) {
	p := place{scheme: "file", path: c.Path}
	if c.Path == "" {
		var err error
		if p, err = parsePlace(c.Store); err != nil {
			return unusable, err
		}
	}
	if p.scheme != "file" {
		p.archive = c.Archive
		return verifyJournals(ctx, std, p)
	}
	info, err := os.Stat(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return unusable, fault.Newf(fault.UnknownID, "Name a folder of journals, or a file that `holdfast export INC-1 --format jsonl` wrote.", "There is no file or folder %s.", p.path)
	}
	if err != nil {
		return unusable, err
	}
	if info.IsDir() {
		return verifyStore(std, p.path)
	}
	return verifyExport(std, p.path, c.Key)
}

// verifyJournals checks the chain of every journal of a store that has no
// files to look into.
func verifyJournals(ctx context.Context, std stdio, p place) (int, error) {
	store, err := p.read(ctx)
	if err != nil {
		return unusable, err
	}
	defer store.Close()
	reports, err := export.VerifyStore(ctx, store.(export.Journals))
	if err != nil {
		return unusable, err
	}
	code := clean
	for _, r := range reports {
		fmt.Fprintln(std.out, r)
		if !r.OK() {
			code = findings
		}
	}
	return code, nil
}

func verifyStore(std stdio, dir string) (int, error) {
	report, err := file.Verify(dir)
	if err != nil {
		return unusable, err
	}
	if err := report.Summary(std.out); err != nil {
		return unusable, err
	}
	if report.Damaged() || len(report.Repaired()) > 0 {
		return findings, nil
	}
	return clean, nil
}

func verifyExport(std stdio, path, key string) (int, error) {
	if ext := filepath.Ext(path); slices.Contains([]string{".md", ".html", ".csv"}, ext) {
		return unusable, fault.Newf(fault.Usage, "Verify the record itself: `holdfast export INC-1 --format jsonl`.", "%s is for reading; it holds no chain to check.", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return unusable, err
	}
	defer f.Close()
	report, err := export.Verify(f, export.VerifyOptions{Key: key})
	var broken *export.BrokenError
	switch {
	case errors.As(err, &broken):
		fmt.Fprintf(std.out, "%s: %s\n", path, broken.What)
		return findings, nil
	case err != nil:
		return unusable, err
	}
	fmt.Fprintf(std.out, "%s: %s: %s\n", path, report.Journal, report)
	return clean, nil
}
