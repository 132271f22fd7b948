package journal

import (
	"fmt"
	"strings"
	"time"
)

// Dur is a duration that is stored as words: "30m", "1h30m".
type Dur time.Duration

// MarshalText writes the duration without zero parts.
func (d Dur) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String writes the duration as MarshalText does.
func (d Dur) String() string {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// UnmarshalText reads what MarshalText wrote.
func (d *Dur) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("duration: %w", err)
	}
	*d = Dur(v)
	return nil
}
