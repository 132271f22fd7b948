package jira

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"holdfast/integrations"
	"holdfast/internal/plaintext"
)

// Receiving says what a door lets in.
type Receiving struct {
	Secrets []string // each may have signed: one, or two while they are changed
	// Heard is told of a ticket that something has happened to; empty: of any. When
	// it returns nil, what has come of that is on record.
	Heard   func(ctx context.Context, ticket string) error
	Refused func(why string) // counts what was not let in; may be nil
	Log     *slog.Logger
}

// Door takes Jira's webhooks. What they say is a hint only: whoever hears of a
// ticket reads it again.
type Door = integrations.Door[string]

const largestHook = 256 << 10

// NewDoor refuses a secret that anybody could guess, an empty one first of all.
func NewDoor(o Receiving) (*Door, error) {
	return integrations.NewDoor(integrations.Doorway[string]{
		Provider: "Jira", Secrets: o.Secrets, Remedy: "Make a new one, for example with `openssl rand -hex 32`.",
		Largest: largestHook, Signed: isSigned, Read: readHook, Hear: o.Heard, Refused: o.Refused, Log: o.Log,
	})
}

func isSigned(h http.Header, body []byte, secrets []string) bool {
	headers := h.Values("X-Hub-Signature")
	if len(headers) != 1 {
		return false
	}
	digest, isSHA := strings.CutPrefix(headers[0], "sha256=")
	got, err := hex.DecodeString(digest)
	return integrations.IsMAC(got, body, secrets) && isSHA && err == nil
}

// readHook takes a webhook apart. Jira gives it no id that is signed: it is known
// by its content.
func readHook(body []byte) (id, ticket string, about bool, err error) {
	var h struct {
		Issue struct {
			Key string `json:"key"`
		} `json:"issue"`
		Changelog struct {
			ID json.Number `json:"id"`
		} `json:"changelog"`
	}
	if !plaintext.Shallow(body) || json.Unmarshal(body, &h) != nil {
		return "", "", false, errors.New("it is no JSON of this kind")
	}
	print := sha256.Sum256(body)
	return hex.EncodeToString(print[:]) + " " + h.Changelog.ID.String(), h.Issue.Key, keyForm.MatchString(h.Issue.Key), nil
}
