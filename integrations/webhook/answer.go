package webhook

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"holdfast/internal/outbound"
	"holdfast/internal/plaintext"
	"holdfast/internal/redact"
)

// answer is what an endpoint says, a JSON object: the name of what there is
// now, or why there is nothing.
type answer struct {
	ID    string `json:"id"`
	Error string `json:"error"`
}

// read takes an answer apart. What it cannot read has not come from an
// endpoint that keeps the contract.
func read(body []byte) (answer, error) {
	var a answer
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) || json.Unmarshal(body, &a) != nil {
		return answer{}, unusable("is no JSON object with an id or an error, each a text")
	}
	return a, nil
}

// longestID is in bytes.
const longestID = 200

// readID returns the name in an answer. It goes into the journal and is shown
// to people, so it must be fit for both as it is: a name that was changed would
// not be the provider's.
func readID(body []byte) (string, error) {
	a, err := read(body)
	if err != nil {
		return "", err
	}
	_, secrets := redact.Secrets(a.ID)
	switch {
	case strings.TrimSpace(a.ID) == "":
		return "", unusable("has no id")
	case len(a.ID) > longestID:
		return "", unusable("has an id of more than 200 bytes")
	case a.ID != strings.TrimSpace(plaintext.Clean(a.ID)) || strings.ContainsAny(a.ID, "\n\t\uFFFD"):
		return "", unusable("has an id that is not one line of visible text")
	case len(secrets) > 0:
		return "", unusable("has an id that looks like a secret")
	}
	return a.ID, nil
}

func unusable(why string) error { return outbound.Unreadable(http.StatusOK, why) }
