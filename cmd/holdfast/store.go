package main

import (
	"fmt"
	"strings"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/storage"
	"holdfast/storage/file"
	"holdfast/storage/memory"
)

// demoStore is where the demo keeps its journals.
const demoStore = ".holdfast-demo"

// place is a store as the command line names it: memory, file:DIR or DIR.
type place struct {
	scheme, path string
}

func parsePlace(s string) (place, error) {
	scheme, path, has := strings.Cut(s, ":")
	switch {
	case s == "":
		return place{"file", demoStore}, nil
	case s == "memory":
		return place{"memory", ""}, nil
	case has && scheme == "file" && path != "":
		return place{"file", path}, nil
	case has && scheme == "redis":
		return place{}, fault.New(fault.Usage, "This version has no Redis store.", "Name a store as memory or file:DIR.")
	case has:
		return place{}, fault.Newf(fault.Usage, "Name a store as memory or file:DIR.", "%q is not a store.", s)
	}
	return place{"file", s}, nil
}

// warn tells what a file store has found when it was opened: a torn tail that
// it kept aside, damage.
func warn(std stdio, s storage.Store) {
	if f, ok := s.(*file.Store); ok {
		for _, finding := range f.Findings() {
			fmt.Fprintln(std.err, "holdfast:", finding)
		}
	}
}

// open opens the store for writing.
func (p place) open(c clock.Clock) (storage.Store, error) {
	if p.scheme == "memory" {
		return memory.New(c), nil
	}
	return file.Open(p.path, file.Options{Clock: c})
}

// read opens the store beside a running writer, for reading only.
func (p place) read() (storage.Store, error) {
	if p.scheme == "memory" {
		return nil, fault.New(fault.Usage, "A store in memory is gone when its process ends.", "Name a store as file:DIR.")
	}
	return file.Open(p.path, file.Options{Clock: clock.System{}, ReadOnly: true})
}
