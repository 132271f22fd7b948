package file

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

const (
	repairedPrefix = "repaired-" // of the folder of a log that a repair wrote
	damagedPrefix  = "damaged-"  // of the folder that keeps the log it replaced
)

// KeptFolders lists the folders, in a store's directory, of the logs that
// repairs have replaced.
func KeptFolders(dir string) ([]string, error) {
	names, err := disk{dir}.List(".")
	return keptFolders(names), err
}

func keptFolders(names []string) []string {
	slices.Sort(names)
	return slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, damagedPrefix) })
}

// isLogFile says whether a name is that of a part of a log.
func isLogFile(name string) bool {
	return len(numbered([]string{name}, ".log")) > 0 || len(numbered([]string{name}, ".idx")) > 0 ||
		isTorn(name) || name == frozenName
}

// isTorn says whether a file keeps the torn tail of a crash.
func isTorn(name string) bool {
	return strings.HasPrefix(name, "torn-") && strings.HasSuffix(name, ".bin")
}

// tidy moves what a repair has replaced to where it is kept, as a store of its
// own. It may be called again at any time: what is moved already is not there
// any more.
func tidy(fsys FS, l frozenList) error {
	if l.Was == "" {
		return nil
	}
	old, err := leftovers(fsys, l.Was)
	if err != nil {
		return err
	}
	blobs, err := harmedBlobs(fsys, l.Blobs)
	if err != nil || len(old)+len(blobs) == 0 {
		return err
	}
	if err := markKept(fsys, l, old); err != nil {
		return err
	}
	for _, name := range old {
		if err := fsys.Rename(path.Join(l.Was, name), path.Join(l.Kept, name)); err != nil {
			return err
		}
	}
	for _, sum := range blobs {
		if err := fsys.Rename(blobDir+"/"+sum, path.Join(l.Kept, "blob-"+sum)); err != nil {
			return err
		}
	}
	touched := []string{l.Kept, l.Was}
	if len(blobs) > 0 {
		touched = append(touched, blobDir)
	}
	for _, dir := range touched {
		if err := fsys.SyncDir(dir); err != nil {
			return err
		}
	}
	if l.Was == "." {
		return nil
	}
	if err := fsys.Remove(l.Was); err != nil {
		return err
	}
	return fsys.SyncDir(".")
}

// leftovers lists the files of the replaced log that are still where they were.
func leftovers(fsys FS, dir string) ([]string, error) {
	names, err := fsys.List(dir)
	if err != nil {
		return nil, err
	}
	if dir != "." { // made by a repair, so that all of it belongs to the log
		return names, nil
	}
	return slices.DeleteFunc(names, func(name string) bool { return !isLogFile(name) }), nil
}

// harmedBlobs lists those that are still in place and not what they were.
func harmedBlobs(fsys FS, sums []string) ([]string, error) {
	var harmed []string
	for _, sum := range sums {
		data, err := readWhole(fsys, blobDir+"/"+sum)
		if errors.Is(err, fs.ErrNotExist) || err == nil && checkBlob(sum, data) == nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		harmed = append(harmed, sum)
	}
	return harmed, nil
}

// markKept makes the folder of what is kept, with a marker, so that it can be
// read as a store.
func markKept(fsys FS, l frozenList, old []string) error {
	name := path.Join(l.Kept, markerName)
	if _, err := readWhole(fsys, name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	m := marker{layout: 1, log: "."}
	if slices.Contains(old, frozenName) {
		m.layout = 2
	}
	if err := writeWhole(fsys, l.Kept, name, writing([]byte(m.text()))); err != nil {
		return err
	}
	return fsys.SyncDir(".")
}
