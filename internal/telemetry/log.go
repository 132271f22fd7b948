// Package telemetry is what an operator watches: a log that holds no secrets,
// and metrics.
package telemetry

import (
	"fmt"
	"io"
	"log/slog"

	"holdfast/internal/redact"
)

// Logger writes lines of text or JSON to w, from a level on. Whatever looks
// like a secret is replaced in every value before it is written: errors of
// libraries quote what they were given.
func Logger(w io.Writer, level, format string) (*slog.Logger, error) {
	var from slog.Level
	if err := from.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("log level: %w", err)
	}
	o := &slog.HandlerOptions{Level: from, ReplaceAttr: clean}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return nil, fmt.Errorf("log format %q is neither text nor json", format)
}

func clean(_ []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(redacted(a.Value.String()))
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case *slog.Source, slog.Level:
		case error:
			a.Value = slog.StringValue(redacted(v.Error()))
		case fmt.Stringer:
			a.Value = slog.StringValue(redacted(v.String()))
		default:
			a.Value = slog.StringValue(redacted(fmt.Sprintf("%+v", v)))
		}
	}
	return a
}

func redacted(s string) string {
	s, _ = redact.Secrets(s)
	return s
}
