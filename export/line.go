package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"holdfast/storage"
)

// The fixed parts of an entry's line. What stands between them has one
// spelling each, so that a line is read in one way only.
const (
	lineJournal = `{"journal":`
	lineSeq     = `,"seq":`
	lineKind    = `,"kind":`
	lineBody    = `,"body":`
	lineHash    = `,"hash":"`
	lineEnd     = `"}`
)

// appendLine appends the canonical line of an entry, without its end. A body
// that is no JSON object on one line cannot be written.
func appendLine(dst []byte, e storage.Entry) ([]byte, error) {
	if !isObject(e.Body) {
		return dst, errors.New("its body is no JSON object on one line")
	}
	dst = appendString(append(dst, lineJournal...), e.Journal)
	dst = strconv.AppendUint(append(dst, lineSeq...), e.Seq, 10)
	dst = appendString(append(dst, lineKind...), e.Kind)
	dst = append(append(dst, lineBody...), e.Body...)
	dst = append(append(dst, lineHash...), e.Hash.String()...)
	return append(dst, lineEnd...), nil
}

var errSpelling = errors.New("not the spelling of an entry")

// parseLine reads a line back. It accepts what appendLine writes and nothing
// else. The body is a part of line.
func parseLine(line []byte) (storage.Entry, error) {
	var e storage.Entry
	rest, ok := bytes.CutPrefix(line, []byte(lineJournal))
	if ok {
		e.Journal, rest, ok = cutString(rest)
	}
	if ok {
		rest, ok = bytes.CutPrefix(rest, []byte(lineSeq))
	}
	if ok {
		e.Seq, rest, ok = cutNumber(rest)
	}
	if ok {
		rest, ok = bytes.CutPrefix(rest, []byte(lineKind))
	}
	if ok {
		e.Kind, rest, ok = cutString(rest)
	}
	if ok {
		rest, ok = bytes.CutPrefix(rest, []byte(lineBody))
	}
	const tail = len(lineHash) + 2*len(e.Hash) + len(lineEnd)
	if !ok || len(rest) < tail {
		return e, errSpelling
	}
	e.Body, rest = rest[:len(rest)-tail], rest[len(rest)-tail:]
	rest, ok = bytes.CutPrefix(rest, []byte(lineHash))
	digits, closed := bytes.CutSuffix(rest, []byte(lineEnd))
	if !ok || !closed || !isObject(e.Body) {
		return e, errSpelling
	}
	hash, err := storage.ParseHash(string(digits))
	if err != nil {
		return e, fmt.Errorf("its hash is not readable: %w", err)
	}
	e.Hash = hash
	return e, nil
}

func isObject(body []byte) bool {
	return len(body) > 1 && body[0] == '{' && body[len(body)-1] == '}' && bytes.IndexByte(body, '\n') < 0 && json.Valid(body)
}

func appendString(dst []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic("a string is always JSON: " + err.Error())
	}
	return append(dst, quoted...)
}

// cutString takes a JSON string in its canonical spelling off the front.
func cutString(b []byte) (s string, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '"' {
		return "", b, false
	}
	end := 1
	for end < len(b) && b[end] != '"' {
		if b[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(b) || json.Unmarshal(b[:end+1], &s) != nil {
		return "", b, false
	}
	return s, b[end+1:], bytes.Equal(appendString(nil, s), b[:end+1])
}

// cutNumber takes a number without leading zeros off the front.
func cutNumber(b []byte) (n uint64, rest []byte, ok bool) {
	end := 0
	for end < len(b) && '0' <= b[end] && b[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(string(b[:end]), 10, 64)
	return n, b[end:], err == nil && (b[0] != '0' || end == 1)
}
