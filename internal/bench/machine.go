package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// machine says in one line what the figures were taken on. dir is where the
// stores are made.
func machine(dir string) string {
	parts := []string{
		fmt.Sprintf("%d cores", runtime.GOMAXPROCS(0)),
		strings.TrimSpace(runtime.GOOS + "/" + runtime.GOARCH + " " + kernel()),
		runtime.Version(),
	}
	fs := filesystem(dir)
	if fs == "tmpfs" {
		fs += " (keeps nothing: fdatasync is free here, use -dir)"
	}
	return "machine: " + strings.Join(append(parts, "stores on "+fs), ", ")
}

// kernel returns the release of a Linux kernel, elsewhere nothing.
func kernel() string {
	data, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return strings.TrimSpace(string(data))
}

// filesystem returns the type of the file system that holds dir.
func filesystem(dir string) string {
	const unknown = "a file system that cannot be told"
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return unknown
	}
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return unknown
	}
	defer f.Close()
	kind, longest := unknown, -1
	for lines := bufio.NewScanner(f); lines.Scan(); {
		// id parent device root MOUNT-POINT options ... - TYPE source options
		mount, rest, found := strings.Cut(lines.Text(), " - ")
		fields, types := strings.Fields(mount), strings.Fields(rest)
		if !found || len(fields) < 5 || len(types) == 0 {
			continue
		}
		point := fields[4]
		// A later mount on the same point hides the earlier one.
		if inside(dir, point) && len(point) >= longest {
			kind, longest = types[0], len(point)
		}
	}
	return kind
}

func inside(dir, point string) bool {
	return point == "/" || dir == point || strings.HasPrefix(dir, point+"/")
}
