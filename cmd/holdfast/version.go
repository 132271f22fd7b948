package main

import (
	"context"
	"fmt"
	"runtime/debug"
)

// version is set when a release is built.
var version = "dev"

type versionCommand struct{}

func (versionCommand) run(_ context.Context, _ func(string) string, io stdio) (int, error) {
	built := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		built = " " + info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				built += " " + s.Value[:12]
			}
		}
	}
	_, err := fmt.Fprintf(io.out, "holdfast %s%s\n", version, built)
	return clean, err
}
