package outbound

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"holdfast/internal/plaintext"
	"holdfast/internal/redact"
)

// words says why there is no answer. An error whose text it does not know may
// quote a header or a URL, and is not shown.
func words(err error) string {
	var (
		address *AddressError
		proxy   *ProxyError
		content *UnreadableError
		long    *TooLongError
		name    *net.DNSError
		call    *net.OpError
		cert    *tls.CertificateVerificationError
		alert   tls.AlertError
		number  syscall.Errno
		waiting interface{ Timeout() bool }
	)
	late := errors.As(err, &waiting) && waiting.Timeout()
	switch {
	case errors.As(err, &address):
		return Sentence(address.Error())
	case errors.As(err, &proxy):
		return proxy.Error()
	case errors.As(err, &content):
		return Sentence(content.Error())
	case errors.As(err, &long):
		return long.Error()
	case errors.As(err, &name):
		return Sentence("its name " + name.Name + " cannot be resolved")
	case errors.Is(err, context.Canceled):
		return "the call was given up"
	case errors.As(err, &cert):
		return Sentence("its certificate is not trusted: " + cert.Err.Error())
	case errors.As(err, &alert):
		return "it refuses TLS: " + alert.Error()
	case errors.Is(err, http.ErrSchemeMismatch):
		return "it answers HTTP where HTTPS is configured"
	case errors.As(err, &call) && call.Op != "read" && call.Op != "write":
		// "dial", "proxyconnect", "socks connect": there is no connection.
		switch {
		case late:
			return "it cannot be reached: no connection in time"
		case errors.As(err, &number):
			return "it cannot be reached: " + number.Error()
		}
		return "it cannot be reached"
	case late:
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection ended before the answer did"
	case errors.As(err, &number):
		return "the connection broke: " + number.Error()
	}
	return "its answer cannot be understood"
}

// Sentence makes one harmless line of what a provider has written: no secrets,
// nothing unseen, at most 200 characters.
func Sentence(s string) string {
	const most = 200
	s, _ = redact.Secrets(plaintext.Clean(s))
	line := []rune(strings.Join(strings.Fields(s), " "))
	if len(line) > most {
		line = append(line[:most-1], '…')
	}
	return string(line)
}
