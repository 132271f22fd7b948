package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/plan/importer"
)

type planImportCommand struct {
	Files  []string `arg:"" help:"CSV and XLSX files: services, people, dependencies, impact grids."`
	Out    string   `help:"The folder for the plan; it must be new or empty." placeholder:"DIR"`
	DryRun bool     `help:"Print what would be written, and write nothing."`
}

// run reads tables into a new plan and says what was not understood. It writes
// over nothing.
func (c *planImportCommand) run(_ context.Context, _ func(string) string, std stdio) (int, error) {
	if c.Out == "" && !c.DryRun {
		return unusable, fault.New(fault.Missing, "There is no folder to write to.", "Add --out DIR, or --dry-run to look first.")
	}
	if c.Out != "" {
		if err := refuseFilled(c.Out); err != nil {
			return unusable, err
		}
	}
	var tables []importer.File
	for _, name := range c.Files {
		f, err := readTable(name)
		if err != nil {
			return unusable, err
		}
		tables = append(tables, f)
	}
	files, report := importer.Import(tables)
	for _, r := range report.Remarks {
		fmt.Fprintln(std.out, r)
	}
	if report.More > 0 {
		fmt.Fprintf(std.out, "and %d remarks more\n", report.More)
	}
	if len(files) == 0 {
		return findings, fault.New(fault.Usage, "No table was understood; nothing was written.", "docs/import.md says which columns are looked for.")
	}
	if err := c.write(files, std.out); err != nil {
		return unusable, err
	}
	fmt.Fprintf(std.out, "services: %d, people: %d, teams: %d, impact analyses: %d; remarks: %d\n", report.Services, report.People, report.Teams, report.Processes, len(report.Remarks)+report.More)
	code := clean
	if !report.Clean() {
		code = findings
	}
	if c.DryRun {
		return code, nil
	}
	fmt.Fprintf(std.out, "written to %s; put right what is named here, then `holdfast plan check %s`\n", c.Out, c.Out)
	_, found := checkPlan(c.Out)
	if err := plan.WriteFindings(std.out, found, false); err != nil {
		return unusable, err
	}
	return max(code, plan.ExitCode(found)), nil
}

// refuseFilled refuses a folder that holds anything.
func refuseFilled(dir string) error {
	held, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return cannotWrite(dir, err)
	case len(held) > 0:
		return fault.Newf(fault.Usage, "Name a new folder; what is good can be copied from there.", "%s is not empty; nothing was written.", dir)
	}
	return nil
}

// readTable reads a file up to a little more than the importer takes.
func readTable(name string) (importer.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return importer.File{}, fault.Wrap(err, fault.Usage, name+" cannot be read.", "Look at the name and the rights of the file.")
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, importer.MaxFile+1))
	if err != nil {
		return importer.File{}, fault.Wrap(err, fault.Usage, name+" cannot be read.", "Name CSV or XLSX files, not a folder.")
	}
	return importer.File{Name: name, Bytes: raw}, nil
}

func (c *planImportCommand) write(files map[string][]byte, out io.Writer) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if c.DryRun {
			fmt.Fprintf(out, "--- %s\n%s", name, files[name])
			continue
		}
		path := filepath.Join(c.Out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return cannotWrite(path, err)
		}
		if err := writeNew(path, files[name]); err != nil {
			return cannotWrite(path, err)
		}
	}
	return nil
}
