package export

import (
	"context"
	"strings"
)

// colophon ends the record: how much there is, and how anybody can check it.
func (r *record) colophon(context.Context) error {
	r.printf("- **Entries:** %d\n", r.chain.count)
	r.print("- **Head of the hash chain:** `", r.chain.head.String(), "`")
	if r.chain.breaks > 0 {
		r.printf(", but the chain does not hold in %s, see the top", times(r.chain.breaks, "place"))
	}
	r.print("\n")
	if r.unreadable > 0 {
		r.printf("- **Entries that could not be read:** %d\n", r.unreadable)
	}
	r.print("- **Decided under plan commit:** ", said(strings.Join(r.plans.seen, ", ")), "\n")
	if r.options.Durability != "" {
		r.print("- **Durability of the store:** ", literal(r.options.Durability), "\n")
	}
	if !r.options.Now.IsZero() {
		r.print("- **Exported:** ", r.at(r.options.Now), "\n")
	}
	signed := "the key of the store"
	if key := r.options.Key.Fingerprint(); key != "" {
		r.print("- **Export key:** `", key, "`\n")
		signed = "this key"
	}
	id := literal(r.journal)
	r.print("\nThis page is for reading. To check it, ask for the same journal as JSON lines (`holdfast export`, format jsonl) and run `holdfast verify` on that file: ")
	r.printf("%s must give the head above at entry %d, and the file must be signed by %s. ", id, r.chain.seq, signed)
	r.print("Each line holds the entry as it was stored, with its permission rule, its source and its plan commit.\n")
	return nil
}
