package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// install has npm fetch what the lock file names into dir, once per lock file.
func install(ctx context.Context, dir, from string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	lock, err := os.ReadFile(filepath.Join(from, "package-lock.json"))
	if err != nil {
		return fmt.Errorf("start it from the root of the repository: %w", err)
	}
	stamp := filepath.Join(dir, "installed")
	for _, name := range []string{"package.json", "package-lock.json", "bolt.cjs"} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	if got, err := os.ReadFile(stamp); err == nil && bytes.Equal(got, lock) {
		return nil
	}
	npm := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
	npm.Dir, npm.Stdout, npm.Stderr = dir, os.Stderr, os.Stderr
	if err := npm.Run(); err != nil {
		return fmt.Errorf("npm ci in %s: %w; it needs npm, and the registry once", dir, err)
	}
	return os.WriteFile(stamp, lock, 0o644)
}

// oldest is the major version of Node that the emulator needs.
const oldest = 22

// runtime returns the Node that was installed with the rest, or the machine's
// own where that one is not made for this machine.
func runtime(ctx context.Context, dir string) (path, version string, err error) {
	installed, err := filepath.Glob(filepath.Join(dir, "node_modules", "node-*", "bin", "node"))
	if err != nil {
		return "", "", err
	}
	for _, path := range append(installed, "node") {
		said, err := exec.CommandContext(ctx, path, "--version").Output()
		version := strings.TrimSpace(strings.TrimPrefix(string(said), "v"))
		major, _, _ := strings.Cut(version, ".")
		if n, _ := strconv.Atoi(major); err == nil && n >= oldest {
			return path, version, nil
		}
	}
	return "", "", fmt.Errorf("there is no Node of version %d or newer", oldest)
}
