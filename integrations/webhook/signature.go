package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"
)

const signatureHeader = "Holdfast-Signature"

// sign returns the value of the signature header: the time in seconds, and for
// each secret the HMAC-SHA-256, in hex, of that time, a dot and the content.
// The content is the body, or the query of a request that has none.
func sign(at time.Time, content []byte, secrets []string) string {
	t := strconv.FormatInt(at.Unix(), 10)
	header := "t=" + t
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(t + "."))
		mac.Write(content)
		header += fmt.Sprintf(",v1=%x", mac.Sum(nil))
	}
	return header
}
