package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"holdfast/storage"
)

// exportedJournal is the journal that is exported.
const exportedJournal = "INC-1"

// exportRecord measures a record for people of a journal far larger than any
// incident should have. Export and control run in processes of their own, so
// that each has its own peak of memory; the start of the process is not in the
// time.
func exportRecord(ctx context.Context, b *bench) ([]row, error) {
	dir := filepath.Join(b.dir, "export")
	defer os.RemoveAll(dir)
	h, err := newHistory(dir)
	if err != nil {
		return nil, err
	}
	defer h.store.Close()
	if err := h.whole(ctx, exportedJournal, b.exported); err != nil {
		return nil, err
	}
	head, err := verified(ctx, h.store, exportedJournal, b.exported)
	if err := errors.Join(err, h.store.Close()); err != nil {
		return nil, err
	}
	page := filepath.Join(b.dir, "record.md")
	defer os.Remove(page)
	var memory race
	in := func(peaks *[]float64, task string, check func(childReport) error) func() (float64, error) {
		return func() (float64, error) {
			report, err := inChild(ctx, task, dir, page)
			if err != nil {
				return 0, err
			}
			*peaks = append(*peaks, float64(report.Peak))
			return report.Seconds, check(report)
		}
	}
	r, err := b.inTurns(ctx,
		in(&memory.control, "decode", func(c childReport) error { return exactly("decoded entries", c.Entries, b.exported) }),
		in(&memory.subject, "export", func(childReport) error { return checkPage(page, b.exported, head) }),
	)
	if err != nil {
		return nil, err
	}
	var others race
	pages, err := b.inTurns(ctx,
		in(&others.control, "decode", func(c childReport) error { return exactly("decoded entries", c.Entries, b.exported) }),
		in(&others.subject, "html", func(childReport) error { return checkHTML(page, b.exported, head) }),
	)
	if err != nil {
		return nil, err
	}
	all := thousands(int64(b.exported))
	return []row{
		r.row("export of "+all+" entries as Markdown", seconds, "decoding the same entries", figureBelow(2, seconds)),
		memory.row("peak memory of that export", megabytes, "of that decoding", figureBelow(200e6, megabytes)),
		pages.row("export of "+all+" entries as a page (html)", seconds, "decoding the same entries", figureBelow(3, seconds)),
	}, nil
}

// checkHTML holds a page to the same as checkPage.
func checkHTML(name string, entries int, head storage.Hash) error {
	page, err := os.ReadFile(name)
	switch {
	case err != nil:
		return err
	case bytes.Contains(page, []byte("THIS JOURNAL IS DAMAGED")):
		return &miscount{"the page says that the chain does not hold"}
	case !bytes.Contains(page, []byte(head.String())):
		return &miscount{"the page has another head than the store"}
	case !bytes.HasSuffix(bytes.TrimSpace(page), []byte("</html>")):
		return &miscount{"the page does not end"}
	}
	_, rest, _ := bytes.Cut(page, []byte("Entries</b><span>"))
	number, _, _ := bytes.Cut(rest, []byte("<"))
	n, _ := strconv.Atoi(string(number))
	return exactly("entries in the page", n, entries)
}

// checkPage holds a record to what it says of itself: all entries, a chain
// without a break, and the head that the store has.
func checkPage(name string, entries int, head storage.Hash) error {
	page, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if bytes.Contains(page, []byte("THIS JOURNAL IS DAMAGED")) {
		return &miscount{"the record says that the chain does not hold"}
	}
	_, rest, _ := bytes.Cut(page, []byte("- **Entries:** "))
	number, rest, _ := bytes.Cut(rest, []byte("\n"))
	n, _ := strconv.Atoi(string(number))
	if err := exactly("entries in the record", n, entries); err != nil {
		return err
	}
	if !bytes.HasPrefix(rest, []byte("- **Head of the hash chain:** `"+head.String()+"`\n")) {
		return &miscount{"the record has another head than the store"}
	}
	return nil
}
