package slack

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// page cuts what the cursor and the limit of a call ask for out of all there is.
func page[T any](c call, all []T, usual int) (part []T, meta answer, err error) {
	limit, from := usual, 0
	if s := c.get("limit"); s != "" && s != "0" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 || limit > 1000 {
			return nil, nil, no("invalid_limit")
		}
	}
	if s := c.get("cursor"); s != "" {
		mark, err := base64.StdEncoding.DecodeString(s)
		digits, found := strings.CutPrefix(string(mark), "next:")
		if from, _ = strconv.Atoi(digits); err != nil || !found || from < 1 || from > len(all) {
			return nil, nil, no("invalid_cursor")
		}
	}
	to := min(from+limit, len(all))
	next := ""
	if to < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte("next:" + strconv.Itoa(to)))
	}
	return append([]T{}, all[from:to]...), answer{"next_cursor": next}, nil
}
