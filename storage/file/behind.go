package file

import (
	"os"

	"holdfast/internal/fault"
	"holdfast/storage"
)

// Remnant is what a log holds of a journal behind damage.
type Remnant struct {
	Folder  string // in the store's directory; "." is the log in use
	Entries []storage.Entry
}

// Behind returns the entries of a journal that can be read behind damage: in
// the log in use and in those that repairs have replaced. That they follow from
// what is lost cannot be proven.
func Behind(dir, journal string) ([]Remnant, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fault.Wrap(err, fault.Store, dir+" is not a directory.", "Name the directory of a store.")
	}
	found, err := behind(disk{dir}, dir, journal)
	if err != nil {
		return nil, openFault(dir, err)
	}
	return found, nil
}

func behind(fsys FS, dir, journal string) ([]Remnant, error) {
	m, _, err := readMarker(fsys, dir)
	if err != nil {
		return nil, err
	}
	names, err := fsys.List(".")
	if err != nil {
		return nil, err
	}
	var found []Remnant
	for _, folder := range append(keptFolders(names), m.log) {
		r := newRescue(logFolder(patient{fsys}, folder), journal)
		if err := r.run(); err != nil {
			return nil, err
		}
		if len(r.behind) > 0 {
			found = append(found, Remnant{folder, r.behind})
		}
	}
	return found, nil
}
