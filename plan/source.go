package plan

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

const maxFile = 1 << 20 // bytes

// limits bound a whole plan, so that a folder chosen by mistake is not read to
// its end.
type limits struct {
	files int
	bytes int64
}

var usualLimits = limits{files: 20_000, bytes: 64 << 20}

const byteOrderMark = "\uFEFF"

// source returns the text of a file, with Unix line ends and without a byte
// order mark, and adds it to the plan's digest. ok is false when the file
// cannot be used; that has been reported, unless it is optional and missing.
func (l *loader) source(name string, required bool) (text string, ok bool) {
	raw, ok := l.bytes(name, required)
	if !ok {
		return "", false
	}
	if !utf8.Valid(raw) {
		l.report(Error, codeText, Place{File: name}, "Save the file as UTF-8.", "The file is not UTF-8.")
		return "", false
	}
	text = l.normalised(Place{File: name}, string(raw))
	fmt.Fprintf(l.digest, "%s\x00%d\x00%s", name, len(text), text)
	l.findSecrets(name, text)
	return text, true
}

// bytes returns what a file holds, within the limits of a file and of a plan.
// ok is as of source.
func (l *loader) bytes(name string, required bool) (raw []byte, ok bool) {
	at := Place{File: name}
	info, err := fs.Stat(l.fsys, name)
	if err != nil {
		if required || !errors.Is(err, fs.ErrNotExist) || l.isLink(name) {
			l.unreadable(at, err)
		}
		return nil, false
	}
	switch {
	case !info.Mode().IsRegular():
		l.report(Error, codeUnreadable, at, "Put a plain file there.", "%s is not a file.", path.Base(name))
		return nil, false
	case info.Size() > maxFile:
		l.tooBig(at)
		return nil, false
	case !l.room(info.Size()):
		return nil, false
	}
	f, err := l.fsys.Open(name)
	if err != nil {
		l.unreadable(at, err)
		return nil, false
	}
	defer f.Close()
	raw, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		l.unreadable(at, err)
		return nil, false
	case len(raw) > maxFile:
		l.tooBig(at)
		return nil, false
	}
	return raw, true
}

// room counts a file of the plan and reports whether there is room for it. The
// first that there is none for is reported, and then no other.
func (l *loader) room(size int64) bool {
	l.files, l.size = l.files+1, l.size+size
	if l.files <= l.most.files && l.size <= l.most.bytes {
		return true
	}
	if !l.full {
		l.report(Error, codeSize, Place{File: "."}, "Split it, or move long material elsewhere.",
			"The plan has more than %d files or %d MiB; what comes behind is not read.", l.most.files, l.most.bytes>>20)
	}
	l.full = true
	return false
}

func (l *loader) tooBig(at Place) {
	l.report(Error, codeSize, at, "Split it, or move long material elsewhere.", "The file is larger than 1 MiB.")
}

// normalised drops what editors on Windows add, and says so once.
func (l *loader) normalised(at Place, s string) string {
	var oddities []string
	if rest, found := strings.CutPrefix(s, byteOrderMark); found {
		oddities, s = append(oddities, "a byte order mark"), rest
	}
	if strings.Contains(s, "\r\n") {
		oddities, s = append(oddities, "Windows line ends"), strings.ReplaceAll(s, "\r\n", "\n")
	}
	if len(oddities) > 0 {
		l.report(Note, codeFormat, at, "It is read all the same.", "The file has %s.", strings.Join(oddities, " and "))
	}
	return s
}

func (l *loader) isLink(name string) bool {
	info, err := fs.Lstat(l.fsys, name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// unreadable reports why something that is needed cannot be read.
func (l *loader) unreadable(at Place, err error) {
	name, missing := path.Base(at.File), errors.Is(err, fs.ErrNotExist)
	switch link := l.isLink(at.File); {
	case link && missing:
		l.report(Error, codeMissing, at, "Point it at a file of the plan, or remove it.", "%s is a link to nothing.", name)
	case missing:
		l.report(Error, codeMissing, at, "Add it; `holdfast init --plan DIR` writes a plan to copy from.", "%s is missing.", name)
	case link:
		l.report(Error, codeOutside, at, "Copy what it points at into the plan.", "%s is a link that leads out of the plan's folder.", name)
	default:
		l.report(Error, codeUnreadable, at, "", "%s cannot be read: %s.", name, reason(err))
	}
}

// reason says why a file operation failed, without the path, which the finding
// names already.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// folder lists the names of the files in a folder that end in ext, sorted, and
// warns of those that look as if they were meant to be read.
func (l *loader) folder(dir, ext string, required bool) []string {
	files, _ := l.list(dir, ext, required, false)
	return files
}

// maxDepth bounds how deep a folder of the plan may be nested.
const maxDepth = 8

// tree lists the names of the files in a folder, and in the folders below it,
// that end in ext, sorted.
func (l *loader) tree(dir, ext string) []string {
	files, dirs := l.list(dir, ext, false, true)
	for _, below := range dirs {
		if strings.Count(below, "/") > maxDepth {
			l.report(Error, codeSize, Place{File: below}, "Move it up.", "The folder lies too deep: at most %d below another are read.", maxDepth)
			continue
		}
		if !l.room(0) {
			break
		}
		files = append(files, l.tree(below, ext)...)
	}
	slices.Sort(files)
	return files
}

func (l *loader) list(dir, ext string, required, nested bool) (files, dirs []string) {
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil {
		if required || !errors.Is(err, fs.ErrNotExist) || l.isLink(dir) {
			l.unreadable(Place{File: dir}, err)
		}
		return nil, nil
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."), strings.HasSuffix(e.Name(), "~"), e.Name() == "README.md":
		case e.IsDir() && nested:
			dirs = append(dirs, name)
		case strings.HasSuffix(e.Name(), ext) && !e.IsDir():
			files = append(files, name)
		default:
			l.report(Warning, codeIgnored, Place{File: name}, "Rename or move it.", "It is not read: %s/ holds files whose names end in %s.", dir, ext)
		}
	}
	return files, dirs
}
