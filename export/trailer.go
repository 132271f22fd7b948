package export

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"holdfast/internal/fault"
	"holdfast/storage"
)

// formatVersion counts the changes of the written form. A reader refuses what
// it does not know.
const formatVersion = 1

// sealLabel separates these signatures from any other use of the key.
const sealLabel = "holdfast export trailer 1\x00"

// Trailer closes an export: how many entries there are, where the chain ends,
// and who says so. Its head covers every byte of every entry.
type Trailer struct {
	Format     int      `json:"format"`
	Journal    string   `json:"journal"`
	Count      uint64   `json:"count"`
	Head       string   `json:"head"`                  // hash of the last entry, hex
	ExportedAt string   `json:"exported_at,omitempty"` // RFC 3339, UTC
	TZ         string   `json:"tz"`                    // the incident's readers' zone; entries are in UTC
	Plans      []string `json:"plan_commits"`          // in the order they came into force
	Durability string   `json:"durability,omitempty"`
	Algorithm  string   `json:"algorithm"`
	PublicKey  string   `json:"public_key"`
	Signature  string   `json:"signature,omitempty"`
}

func newTrailer(journal string, count uint64, head storage.Hash, plans []string, o Options) Trailer {
	t := Trailer{Format: formatVersion, Journal: journal, Count: count, Head: head.String(), TZ: o.zone().String(),
		Plans: append([]string{}, plans...), Durability: o.Durability, Algorithm: algorithm}
	if !o.Now.IsZero() {
		t.ExportedAt = o.Now.UTC().Format(time.RFC3339)
	}
	return t
}

// seal signs everything the trailer says, the key included.
func (t Trailer) seal(s Signer) (Trailer, error) {
	if s.key == nil {
		return t, fault.New(fault.Missing, "There is no key to sign the export with.", "Export from the store's own directory, where export.key is.")
	}
	t.PublicKey = s.Public()
	message, err := t.message()
	if err != nil {
		return t, err
	}
	t.Signature = hex.EncodeToString(ed25519.Sign(s.key, message))
	return t, nil
}

func (t Trailer) message() ([]byte, error) {
	t.Signature = ""
	doc, err := encode(t)
	return append([]byte(sealLabel), doc...), err
}

// line returns the trailer's line without its end.
func (t Trailer) line() ([]byte, error) {
	return encode(struct {
		Trailer Trailer `json:"trailer"`
	}{t})
}

// parseTrailer reads a line back. The one spelling that line gives is
// accepted; the signature is not looked at.
func parseTrailer(line []byte) (Trailer, error) {
	var doc struct {
		Trailer Trailer `json:"trailer"`
	}
	if err := json.Unmarshal(line, &doc); err != nil {
		return doc.Trailer, fmt.Errorf("the trailer is not readable: %w", err)
	}
	if doc.Trailer.Format > formatVersion {
		return doc.Trailer, fmt.Errorf("the trailer is of format %d, which this version does not know", doc.Trailer.Format)
	}
	if again, err := doc.Trailer.line(); err != nil || !bytes.Equal(again, line) || doc.Trailer.Format != formatVersion {
		return doc.Trailer, fmt.Errorf("the trailer is not spelled as it was written")
	}
	return doc.Trailer, nil
}

// signer checks the signature and returns the key that made it.
func (t Trailer) signer() (ed25519.PublicKey, error) {
	key, err := hex.DecodeString(t.PublicKey)
	if err != nil || len(key) != ed25519.PublicKeySize || t.Algorithm != algorithm {
		return nil, fmt.Errorf("the trailer holds no %s key", algorithm)
	}
	signature, err := hex.DecodeString(t.Signature)
	if err != nil || hex.EncodeToString(signature) != t.Signature {
		return nil, fmt.Errorf("the signature is not spelled as it was written")
	}
	message, err := t.message()
	if err != nil {
		return nil, err
	}
	if !ed25519.Verify(key, message, signature) {
		return nil, fmt.Errorf("the signature does not fit: the trailer was changed, or signed by another key than it names")
	}
	return key, nil
}

func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode a trailer: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
