package redis

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"holdfast/storage"
)

// heads remembers where journals were last seen by this process: to chain the
// next entry without asking, and to notice when Redis has lost some.
type heads struct {
	replicated bool // class D3

	mu    sync.Mutex
	known map[string]known
}

// known is what this process knows of a journal. What it was promised must
// stay; what it has only seen, a failover may take in class D3, where others
// read entries before a replica has them. Below that class nobody can tell
// the two apart, and all that was seen counts as promised.
type known struct{ seen, acked storage.Head }

// at returns what is known now.
func (h *heads) at(journal string) known {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.known[journal]
}

// saw notes a head that was read.
func (h *heads) saw(journal string, head storage.Head) { h.note(journal, head, !h.replicated) }

// promised notes a head whose entry was acknowledged to this process.
func (h *heads) promised(journal string, head storage.Head) { h.note(journal, head, true) }

// note takes only what is newer: an older head comes from a slower answer.
func (h *heads) note(journal string, head storage.Head, promised bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil {
		h.known = map[string]known{}
	}
	k := h.known[journal]
	if head.Seq > k.seen.Seq {
		k.seen = head
	}
	if promised && head.Seq > k.acked.Seq {
		k.acked = head
	}
	h.known[journal] = k
}

// forget drops what was only seen, unless more has been seen since.
func (h *heads) forget(journal string, before known) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if k := h.known[journal]; k.seen == before.seen {
		k.seen = k.acked
		h.known[journal] = k
	}
}

// formatHead writes a head as the hash of heads keeps it.
func formatHead(h storage.Head) string { return strconv.FormatUint(h.Seq, 10) + " " + h.Hash.String() }

func parseHead(s string) (storage.Head, error) {
	digits, hex, _ := strings.Cut(s, " ")
	seq, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return storage.Head{}, fmt.Errorf("%w: %q is no head", errDamaged, s)
	}
	hash, err := storage.ParseHash(hex)
	if err != nil {
		return storage.Head{}, fmt.Errorf("%w: %q is no head: %w", errDamaged, s, err)
	}
	return storage.Head{Seq: seq, Hash: hash}, nil
}
