package jira

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"

	"holdfast/internal/plaintext"
)

// What people have written goes into Jira as data: its markup is taken for what
// it is, letters.

// verbatim wraps a text so that wiki markup means nothing in it: no mention, no
// link, no picture, no table. Two things could end that or be heard through it,
// and are taken apart: the mark that ends the wrapping, and mentions, for which
// Jira looks in the raw text.
func verbatim(text string) string {
	text = plaintext.Clean(text)
	for {
		next := mention.ReplaceAllString(wrapping.ReplaceAllString(text, "{ $1"), "[ ~")
		if next == text {
			break
		}
		text = next
	}
	return "{noformat}\n" + strings.TrimSpace(text) + "\n{noformat}"
}

var (
	wrapping = regexp.MustCompile(`(?i)\{(noformat)`)
	mention  = regexp.MustCompile(`\[~`)
)

// title is one line of plain text, which a summary is, as long as Jira takes it.
func title(text string) string {
	const most = 250
	line := []rune(strings.Join(strings.Fields(plaintext.Clean(text)), " "))
	if len(line) > most {
		line = append(line[:most-1], '…')
	}
	if len(line) == 0 {
		return "(no title)"
	}
	return string(line)
}

// line is how somebody or something of Jira's is called, fit for a journal.
func line(text, els string) string {
	const most = 80
	l := []rune(strings.Join(strings.Fields(plaintext.Clean(text)), " "))
	if len(l) > most {
		l = append(l[:most-1], '…')
	}
	if len(l) == 0 {
		return els
	}
	return string(l)
}

// label is a key as a label can hold it: readable, without blanks, and no two
// keys alike.
func (t *Tracker) label(key string) string {
	sum := sha256.Sum256([]byte(t.options.Instance + "\n" + key))
	readable := strings.Trim(unfit.ReplaceAllString(key, "-"), "-")
	if len(readable) > 60 {
		readable = readable[:60]
	}
	return fmt.Sprintf("hf-%s-%x", readable, sum[:5])
}

var unfit = regexp.MustCompile(`[^A-Za-z0-9]+`)
