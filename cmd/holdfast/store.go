package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"holdfast/cmd/holdfast/config"
	"holdfast/export/archive"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/storage"
	"holdfast/storage/file"
	"holdfast/storage/memory"
	"holdfast/storage/redis"
)

// demoStore is where the demo keeps its journals.
const demoStore = ".holdfast-demo"

// place is a store as the command line names it: memory, file:DIR, DIR, or the
// URL of a Redis.
type place struct {
	scheme    string // memory, file, redis
	path      string // a folder, or the URL
	workspace string // of a Redis; empty is the default one
	archive   string // the folder of what a Redis has given away; empty is where it was written
}

// String names the place as its owner knows it. The password of a URL is not
// shown.
func (p place) String() string {
	if u, err := url.Parse(p.path); p.scheme == "redis" && err == nil {
		return u.Redacted()
	}
	if p.scheme == "memory" || p.scheme == "redis" {
		return p.scheme
	}
	return p.path
}

// isRedis matches the URLs that the Redis store takes, also behind "redis:".
var isRedis = regexp.MustCompile(`^(?:redis:)?((?:rediss?(?:\+sentinel|\+cluster)?|unix)://.+)$`)

const storeHint = "Name a store as memory, file:DIR or redis://HOST:PORT."

func parsePlace(s string) (place, error) {
	if m := isRedis.FindStringSubmatch(s); m != nil {
		return place{scheme: "redis", path: m[1]}, nil
	}
	scheme, path, has := strings.Cut(s, ":")
	switch {
	case s == "":
		return place{scheme: "file", path: demoStore}, nil
	case s == "memory":
		return place{scheme: "memory"}, nil
	case has && scheme == "file" && path != "":
		return place{scheme: "file", path: path}, nil
	case has:
		return place{}, fault.Newf(fault.Usage, storeHint, "%q is not a store.", s)
	}
	return place{scheme: "file", path: s}, nil
}

// warn tells what was not in order when a store was opened.
func warn(std stdio, s storage.Store) {
	for _, finding := range findingsOf(s) {
		fmt.Fprintln(std.err, "holdfast:", finding)
	}
}

// open opens the store for writing. A Redis is taken whatever its durability:
// what demands one says so itself.
func (p place) open(ctx context.Context, c clock.Clock) (storage.Store, error) {
	switch p.scheme {
	case "memory":
		return memory.New(c), nil
	case "redis":
		return opened(redis.Open(ctx, p.path, redis.Options{Clock: c, Workspace: p.workspace, Durability: redis.Relaxed}))
	}
	return opened(file.Open(p.path, file.Options{Clock: c}))
}

// opened keeps a store that could not be opened from becoming one that is not
// nil.
func opened[S storage.Store](s S, err error) (storage.Store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// serve opens the store for a server, which demands a durability and reads
// archived incidents from their files.
func (p place) serve(ctx context.Context, c config.Config) (storage.Store, error) {
	if p.scheme != "redis" {
		return p.open(ctx, clock.System{})
	}
	s, err := redis.Open(ctx, p.path, redis.Options{Clock: clock.System{}, Workspace: p.workspace, Durability: redis.Durability(c.Durability), Timeout: c.StoreTimeout})
	if err != nil {
		return nil, err
	}
	if p.archive == "" {
		return s, nil
	}
	return archive.Over(s, p.archive), nil
}

// configuredPlace is the store of a server, with its password.
func configuredPlace(ctx context.Context, c config.Config, env func(string) string) (place, error) {
	p, err := placeOf(ctx, c.StoreURL, c.StorePassword, c.Workspace, env)
	p.archive = c.ArchiveDir
	return p, err
}

// placeOf is a place with its password.
func placeOf(ctx context.Context, address string, secret config.Secret, workspace string, env func(string) string) (place, error) {
	p, err := parsePlace(address)
	if err != nil {
		return p, err
	}
	p.workspace = workspace
	if !secret.Given() || p.scheme != "redis" {
		return p, nil
	}
	password, err := secret.Fetch(ctx, env)
	if err != nil {
		return p, err
	}
	u, err := url.Parse(p.path)
	if err != nil {
		return p, fault.New(fault.Usage, "The address of a store cannot be read.", storeHint)
	}
	u.User = url.UserPassword(u.User.Username(), password)
	p.path = u.String()
	return p, nil
}

// classOf says how durable a store is, in one word.
func classOf(s storage.Store) string {
	switch s := bare(s).(type) {
	case *redis.Store:
		return s.Class()
	case *file.Store:
		return string(redis.D2) // every answer comes after fdatasync
	}
	return string(redis.D0)
}

// findingsOf returns what a file store has found when it was opened: a torn
// tail that it kept aside, damage.
func findingsOf(s storage.Store) []string {
	var all []string
	if f, ok := bare(s).(*file.Store); ok {
		for _, finding := range f.Findings() {
			all = append(all, finding.String())
		}
	}
	return all
}

// read opens the store beside a running writer, for reading only. Archived
// incidents are read from their files.
func (p place) read(ctx context.Context) (storage.Store, error) {
	switch p.scheme {
	case "memory":
		return nil, fault.New(fault.Usage, "A store in memory is gone when its process ends.", "Name a store as file:DIR.")
	case "redis":
		s, err := p.open(ctx, clock.System{})
		if err != nil {
			return nil, err
		}
		return archive.Over(s, p.archive), nil
	}
	return file.Open(p.path, file.Options{Clock: clock.System{}, ReadOnly: true})
}

// bare is the store itself, without the archive files over it.
func bare(s storage.Store) storage.Store {
	if over, ok := s.(*archive.Store); ok {
		return over.Store
	}
	return s
}
