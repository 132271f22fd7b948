package file

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"slices"
	"strings"

	"holdfast/internal/fault"
)

// markerName is the file that tells a store from any other directory. It is
// one line in layout 1. Layout 2 is that of a store in which journals are
// frozen: it says in which folder the log lies, and a list of those journals
// lies there too.
//
//	holdfast store 2
//	log repaired-2026-11-26T0410Z
//	sum 1a2b3c4d
//
// It stays below 100 bytes, so that older versions say that a newer one wrote
// it. Giving it a new content is what switches a store to another log.
const markerName = "HOLDFAST"

const markerText = "holdfast store 1\n"

// newestLayout is the highest layout this version knows.
const newestLayout = 2

// marker is what the file says.
type marker struct {
	layout int
	log    string // the folder of the log; "." is the store's own
}

var errMarker = errors.New("not a marker")

// text is the one spelling of a marker.
func (m marker) text() string {
	if m.layout == 1 {
		return markerText
	}
	text := fmt.Sprintf("holdfast store %d\nlog %s\n", m.layout, m.log)
	return text + fmt.Sprintf("sum %08x\n", crc32.Checksum([]byte(text), castagnoli))
}

// parseMarker accepts what text writes. A higher layout is a newerError.
func parseMarker(text string) (marker, error) {
	m := marker{log: "."}
	if n, err := fmt.Sscanf(text, "holdfast store %d\n", &m.layout); n != 1 || err != nil || len(text) >= 100 {
		return m, errMarker
	}
	if m.layout > newestLayout {
		return m, newerError{uint32(m.layout)}
	}
	if m.layout == 2 {
		if _, err := fmt.Sscanf(text, "holdfast store 2\nlog %s\n", &m.log); err != nil {
			return m, errMarker
		}
	}
	if m.layout < 1 || m.text() != text || !isFolder(m.log, repairedPrefix) && m.log != "." {
		return m, errMarker
	}
	return m, nil
}

// isFolder says whether a name is that of a folder in the store's directory
// that a repair has made.
func isFolder(name, prefix string) bool {
	return strings.HasPrefix(name, prefix) && !strings.ContainsAny(name, "/\\")
}

// readMarker says what lies in the directory, and whether it is empty, so that
// a store may be made in it. What is neither empty nor a store is refused.
func readMarker(fsys FS, dir string) (m marker, fresh bool, err error) {
	data, err := readWhole(fsys, markerName)
	if errors.Is(err, fs.ErrNotExist) {
		fresh, err := checkFresh(fsys, dir)
		return marker{layout: 1, log: "."}, fresh, err
	}
	if err != nil {
		return m, false, err
	}
	m, err = parseMarker(string(data))
	if errors.As(err, new(newerError)) {
		return m, false, newerFault(dir)
	}
	if err != nil {
		return m, false, fault.New(fault.Store,
			fmt.Sprintf("%s is not a Holdfast store, or its file %s is damaged.", dir, markerName),
			markerRemedy(fsys))
	}
	return m, false, nil
}

// markerRemedy tells what to write into a damaged marker, as far as the other
// files of the directory tell it.
func markerRemedy(fsys FS) string {
	m := marker{layout: 1, log: "."}
	names, err := fsys.List(".")
	for _, name := range slices.Sorted(slices.Values(names)) {
		if strings.HasPrefix(name, repairedPrefix) { // the last one is the newest
			m = marker{layout: 2, log: name}
		}
	}
	if slices.Contains(names, frozenName) {
		m.layout = 2
	}
	if err != nil {
		return "Name the directory of a store."
	}
	return fmt.Sprintf("Name the directory of a store; of a damaged one, %s must hold %q.", markerName, m.text())
}

func checkFresh(fsys FS, dir string) (bool, error) {
	names, err := fsys.List(".")
	if err != nil {
		return false, err
	}
	strange := slices.ContainsFunc(names, func(name string) bool {
		return name != lockName && name != "lost+found" && !strings.HasSuffix(name, tmpSuffix)
	})
	if strange {
		return false, fault.New(fault.Store,
			fmt.Sprintf("%s is not a Holdfast store: it holds other files and no %s.", dir, markerName),
			"Name the directory of a store, or an empty one to begin a new store in.")
	}
	return true, nil
}

func newerFault(dir string) *fault.Error {
	return fault.New(fault.Store, "The store "+dir+" was written by a newer version of Holdfast.", "Upgrade Holdfast to open it.")
}
