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
	mu    sync.Mutex
	known map[string]storage.Head
}

// at returns the head last seen.
func (h *heads) at(journal string) storage.Head {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.known[journal]
}

// saw notes a head; an older one than is known comes from a slower answer.
func (h *heads) saw(journal string, head storage.Head) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil {
		h.known = map[string]storage.Head{}
	}
	if head.Seq > h.known[journal].Seq {
		h.known[journal] = head
	}
}

// lost says whether Redis, standing at now, no longer holds the entry that
// this process had seen before it asked.
func lost(seen, now storage.Head) bool {
	return now.Seq < seen.Seq || now.Seq == seen.Seq && now.Hash != seen.Hash
}

// formatHead writes a head as the hash of heads keeps it.
func formatHead(h storage.Head) string { return fmt.Sprintf("%d %s", h.Seq, h.Hash) }

func parseHead(s string) (storage.Head, error) {
	digits, hex, _ := strings.Cut(s, " ")
	seq, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return storage.Head{}, fmt.Errorf("not a head: %q", s)
	}
	hash, err := storage.ParseHash(hex)
	if err != nil {
		return storage.Head{}, fmt.Errorf("not a head: %q: %w", s, err)
	}
	return storage.Head{Seq: seq, Hash: hash}, nil
}
