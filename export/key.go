package export

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"holdfast/internal/fault"
)

// algorithm names the only kind of signature there is.
const algorithm = "ed25519"

// Signer seals exports. The zero Signer has no key.
type Signer struct{ key ed25519.PrivateKey }

// NewSigner returns the signer of a seed of 32 bytes. The same seed gives the
// same key, as rehearsals and tests need it; a real key comes from LoadKey.
func NewSigner(seed [ed25519.SeedSize]byte) Signer {
	return Signer{ed25519.NewKeyFromSeed(seed[:])}
}

// Public returns the public key in lower-case hex, "" without a key.
func (s Signer) Public() string {
	if s.key == nil {
		return ""
	}
	return hex.EncodeToString(s.public())
}

// Fingerprint names the public key in a form that can be read aloud, "" without
// a key.
func (s Signer) Fingerprint() string {
	if s.key == nil {
		return ""
	}
	return fingerprint(s.public())
}

func (s Signer) public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

// fingerprint is half a SHA-256: nobody finds a second key that has it.
func fingerprint(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return algorithm + ":" + hex.EncodeToString(sum[:sha256.Size/2])
}

// demanded is the key that a verification insists on: a fingerprint, or the
// whole public key in hex.
type demanded string

func demand(key string) (demanded, error) {
	key = strings.ToLower(strings.TrimSpace(key))
	digits := strings.TrimPrefix(key, algorithm+":")
	raw, err := hex.DecodeString(digits)
	switch {
	case key == "":
		return "", nil
	case err == nil && len(raw) == ed25519.PublicKeySize && digits == key:
		return demanded(fingerprint(raw)), nil
	case err == nil && len(raw) == sha256.Size/2:
		return demanded(algorithm + ":" + digits), nil
	}
	return "", fault.Newf(fault.Usage, "Give the line in export.pub of the store that made the export, or the fingerprint that verify prints.",
		"%q is no key: a public key has %d hex digits, a fingerprint %d.", key, hex.EncodedLen(ed25519.PublicKeySize), sha256.Size)
}

func (d demanded) admits(key ed25519.PublicKey) bool {
	return d == "" || string(d) == fingerprint(key)
}
