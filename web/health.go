package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Check is one thing that must be so for a replica to be of use.
type Check struct {
	Name string
	Of   func(ctx context.Context) error
}

// checkLimit bounds all checks of one question.
const checkLimit = 2 * time.Second

// Operations serves those who operate a replica, without a token: /healthz says
// that the process lives, /readyz whether it can be of use (200, else 503 with
// what fails), /metrics its numbers.
func Operations(ready []Check, metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, done := context.WithTimeout(r.Context(), checkLimit)
		defer done()
		status, found := http.StatusOK, map[string]string{}
		for _, c := range ready {
			found[c.Name] = "ok"
			if err := c.Of(ctx); err != nil {
				status, found[c.Name] = http.StatusServiceUnavailable, err.Error()
			}
		}
		text, err := json.Marshal(found)
		if err != nil {
			status = http.StatusInternalServerError
		}
		say(w, status, string(text)+"\n")
	})
	mux.Handle("GET /metrics", metrics)
	return mux
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // who does not read it does not want it
}
