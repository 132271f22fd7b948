package main

import (
	"errors"
	"os"
	"path/filepath"

	"holdfast/storage/file"
	"holdfast/storage/redis"
)

// store looks at where the journals are kept.
func (d *doctor) store() {
	p, err := configuredPlace(d.ctx, d.config, d.env)
	switch {
	case err != nil:
		d.refused("store", "store.url", err)
	case p.scheme == "redis":
		d.redis(p)
	case p.scheme == "file":
		d.folder(p.path)
	default:
		d.fail("store", "store.url", "Name a folder or a Redis.", "a store in memory loses everything when the server ends")
	}
}

// roomLeft is how much of a disk should be free.
const roomLeft = 1 << 30

func (d *doctor) folder(dir string) {
	disk, err := diskOf(existing(dir))
	switch {
	case err != nil:
		d.warn("store", "disk", "", "nothing can be told of the disk under %s: %v", dir, err)
	case disk.volatile:
		d.fail("store", "disk", "Put the store on a real disk.", "%s lies in memory (%s): a power cut takes everything", dir, disk.kind)
	case disk.remote:
		d.warn("store", "disk", "Put the store on a disk of this machine, or take a Redis.", "%s lies on a network file system (%s), which may not keep what it has confirmed", dir, disk.kind)
	case disk.free < roomLeft:
		d.warn("store", "disk", "Make room, before the disk refuses a note.", "%d MiB are free under %s", disk.free>>20, dir)
	default:
		d.pass("store", "disk", "%d GiB free", disk.free>>30)
	}
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		d.pass("store", "folder", "%s is not there yet; the first start makes it", dir)
		return
	}
	s, err := file.Open(dir, file.Options{ReadOnly: true})
	if err != nil {
		d.refused("store", "folder", err)
		return
	}
	defer s.Close()
	journals, err := s.Journals(d.ctx)
	if err != nil {
		d.refused("store", "folder", err)
		return
	}
	d.pass("store", "folder", "%d journals; every answer comes after fdatasync", len(journals))
	for _, f := range s.Findings() {
		if f.Kind == file.Damage {
			d.fail("store", "damage", "`holdfast verify "+dir+"` names all of it; put a backup in place, or `holdfast repair`.", "%s", f)
		} else {
			d.warn("store", string(f.Kind), "Nothing has to be done.", "%s", f)
		}
	}
}

// existing is the nearest folder above that is there.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return dir
		}
		dir = up
	}
}

// disk is what can be told of a file system.
type disk struct {
	kind             string
	free             uint64 // bytes
	volatile, remote bool
}

// redis looks at a Redis as a server would use it.
func (d *doctor) redis(p place) {
	found, err := redis.Examine(d.ctx, p.path, redis.Options{Workspace: p.workspace, Durability: redis.Durability(d.config.Durability), Timeout: d.config.StoreTimeout})
	if err != nil {
		d.refused("store", "redis", err)
		return
	}
	for _, f := range found {
		switch f.Grade {
		case redis.Good:
			d.pass("store", f.Check, "%s", f.Says)
		case redis.Doubtful:
			d.warn("store", f.Check, f.Remedy, "%s", f.Says)
		default:
			d.fail("store", f.Check, f.Remedy, "%s", f.Says)
		}
	}
}

// archive looks at where archived incidents go.
func (d *doctor) archive() {
	dir := d.config.ArchiveDir
	if dir == "" {
		return
	}
	if disk, err := diskOf(existing(dir)); err == nil && disk.volatile {
		d.fail("archive", "archive.dir", "Put it on a real disk, on one that every replica sees.", "%s lies in memory (%s)", dir, disk.kind)
	} else {
		d.pass("archive", "archive.dir", "%s; every replica must see the same folder", dir)
	}
	if d.config.ArchiveAfter > 0 && d.config.ArchiveURL == "" {
		d.warn("archive", "archive.url", "Name the Redis by the user holdfast-archive that docs/redis.md shows.",
			"the bot's own user would have to be allowed to drop journals")
	}
}
