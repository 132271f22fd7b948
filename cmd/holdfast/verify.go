package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"holdfast/export"
	"holdfast/storage/file"
)

type verifyCommand struct {
	Path  string `arg:"" optional:"" help:"An export (JSON lines), or the folder of a store." placeholder:"FILE|DIR"`
	Store string `help:"The store: file:DIR; default ./.holdfast-demo." placeholder:"file:DIR"`
	Key   string `help:"The fingerprint of the key that must have signed an export." placeholder:"FINGERPRINT"`
}

func (c *verifyCommand) run(_ context.Context, _ func(string) string, std stdio) (int, error) {
	path := c.Path
	if path == "" {
		p, err := parsePlace(c.Store)
		if err != nil {
			return unusable, err
		}
		path = p.path
	}
	info, err := os.Stat(path)
	if err != nil {
		return unusable, err
	}
	if info.IsDir() {
		return verifyStore(std, path)
	}
	return verifyExport(std, path, c.Key)
}

func verifyStore(std stdio, dir string) (int, error) {
	report, err := file.Verify(dir)
	if err != nil {
		return unusable, err
	}
	if err := report.Summary(std.out); err != nil {
		return unusable, err
	}
	if report.Damaged() {
		return findings, nil
	}
	return clean, nil
}

func verifyExport(std stdio, path, key string) (int, error) {
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
