package outbound_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"holdfast/internal/fault"
	"holdfast/internal/outbound"
)

// far is a server of the test, and how many calls it has had.
type far struct {
	*httptest.Server
	calls atomic.Int32
}

func serve(t *testing.T, f http.HandlerFunc) *far {
	t.Helper()
	s := &far{}
	s.Server = httptest.NewServer(s.counting(f))
	t.Cleanup(s.Close)
	return s
}

func (s *far) counting(f http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.calls.Add(1)
		f(w, r)
	}
}

func (s *far) called(t *testing.T, want int32) {
	t.Helper()
	if got := s.calls.Load(); got != want {
		t.Errorf("the server was called %d times, want %d", got, want)
	}
}

// client returns a client that may call this machine.
func client(t *testing.T, o outbound.Options) *outbound.Client {
	t.Helper()
	if o.Allow == nil {
		o.Allow = []string{"127.0.0.1"}
	}
	c, err := outbound.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func request(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, content)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAnAnswerComesBackAndSaysWhoCalled(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, r.Method+" "+string(body)+" "+r.Header.Get("User-Agent"))
	})
	c := client(t, outbound.Options{Version: "1.2.3"})
	r := request(t, http.MethodPost, s.URL, "hello")
	r.Header.Set("User-Agent", "a library/7")
	body, err := c.Fetch(r)
	if want := "POST hello holdfast/1.2.3"; err != nil || string(body) != want {
		t.Errorf("got %q, %v; want %q", body, err, want)
	}
	if r.Header.Get("User-Agent") != "a library/7" {
		t.Error("the caller's request was changed")
	}
}

func TestACallIsMadeOnceEvenWhereGoWouldRepeatIt(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		t.Run(method, func(t *testing.T) {
			var broken atomic.Bool
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.ReadAll(r.Body)
				if broken.Load() {
					panic(http.ErrAbortHandler) // the connection ends without an answer
				}
			})
			c := client(t, outbound.Options{})
			call := func() error {
				r := request(t, method, s.URL, "hello")
				r.Header.Set("Idempotency-Key", "k")
				_, err := c.Fetch(r)
				return err
			}
			if err := call(); err != nil {
				t.Fatal(err)
			}
			broken.Store(true)
			if err := call(); err == nil || !strings.Contains(err.Error(), "connection ended") {
				t.Errorf("got %v", err)
			}
			s.called(t, 2)
		})
	}
}

func TestAnAnswerIsReadToItsLimitAndNoFurther(t *testing.T) {
	fits := bytes.Repeat([]byte("x"), outbound.MaxAnswer)
	for sentence, test := range map[string]struct {
		body     []byte
		unpacked bool
		tooLong  bool
	}{
		"one that just fits":                       {fits, false, false},
		"one byte more":                            {append(fits[:len(fits):len(fits)], 'x'), false, true},
		"one that is small until it is unpacked":   {bytes.Repeat(fits, 4), true, true},
		"one that fits when it has been unpacked":  {fits, true, false},
		"one that goes on until somebody hangs up": {nil, false, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case test.body == nil:
					for err := error(nil); err == nil; {
						_, err = w.Write(fits)
					}
				case test.unpacked:
					w.Header().Set("Content-Encoding", "gzip")
					z := gzip.NewWriter(w)
					_, _ = z.Write(test.body)
					_ = z.Close()
				default:
					_, _ = w.Write(test.body)
				}
			})
			body, err := client(t, outbound.Options{}).Fetch(request(t, http.MethodGet, s.URL, ""))
			var long *outbound.TooLongError
			if test.tooLong != errors.As(err, &long) || !test.tooLong && !bytes.Equal(body, test.body) {
				t.Errorf("got %d bytes, %v", len(body), err)
			}
		})
	}
}

func TestARedirectIsFollowedForReadingWithinTheHostOnly(t *testing.T) {
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) {})
	for sentence, test := range map[string]struct {
		method, to string
		status     int // of the redirect
		calls      int32
		want       int // the status that comes back
	}{
		"a lookup goes on within the host":         {http.MethodGet, "/end", 302, 2, 200},
		"a post goes nowhere, 307":                 {http.MethodPost, "/end", 307, 1, 307},
		"a post goes nowhere, 303":                 {http.MethodPost, "/end", 303, 1, 303},
		"a lookup goes to no other port":           {http.MethodGet, elsewhere.URL + "/end", 302, 1, 302},
		"a lookup goes to no cloud's credentials":  {http.MethodGet, "http://169.254.169.254/latest/meta-data/", 302, 1, 302},
		"a lookup goes to no other scheme":         {http.MethodGet, "file:///etc/passwd", 302, 1, 302},
		"a lookup that goes round in circles ends": {http.MethodGet, "/", 302, 6, 302},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/end" {
					w.Header().Set("Location", test.to)
					w.WriteHeader(test.status)
				}
			})
			resp, err := client(t, outbound.Options{}).Do(request(t, test.method, s.URL, ""))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != test.want {
				t.Errorf("it answered %d, want %d", resp.StatusCode, test.want)
			}
			s.called(t, test.calls)
		})
	}
	elsewhere.called(t, 0)
}

func TestACallThatTakesTooLongEnds(t *testing.T) {
	const soon = 50 * time.Millisecond
	for sentence, test := range map[string]struct {
		options outbound.Options
		started bool // the answer has begun
	}{
		"no answer in the time of the whole call":  {outbound.Options{Timeout: soon}, false},
		"no answer in the time for its first byte": {outbound.Options{Header: soon}, false},
		"an answer that does not end":              {outbound.Options{Timeout: soon}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if test.started {
					w.(http.Flusher).Flush()
				}
				<-r.Context().Done()
			})
			_, err := client(t, test.options).Fetch(request(t, http.MethodGet, s.URL, ""))
			if err == nil || err.Error() != "no answer in time" {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("a call that is given up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
		_, err := client(t, outbound.Options{}).Fetch(request(t, http.MethodGet, s.URL, "").WithContext(ctx))
		if !errors.Is(err, context.Canceled) || err.Error() != "the call was given up" {
			t.Errorf("got %v", err)
		}
	})
}

func TestOnlyACertificateOfTheRightAuthorityIsTrusted(t *testing.T) {
	secure := func(t *testing.T, most uint16) (*far, string) {
		s := &far{}
		s.Server = httptest.NewUnstartedServer(s.counting(func(http.ResponseWriter, *http.Request) {}))
		s.Config.ErrorLog = quiet()
		s.TLS = &tls.Config{MaxVersion: most} // 0: the newest
		s.StartTLS()
		t.Cleanup(s.Close)
		file := filepath.Join(t.TempDir(), "roots.pem")
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return s, file
	}
	fetch := func(t *testing.T, o outbound.Options, url string) error {
		_, err := client(t, o).Fetch(request(t, http.MethodGet, url, ""))
		return err
	}
	t.Run("one in the file of roots", func(t *testing.T) {
		s, roots := secure(t, 0)
		if err := fetch(t, outbound.Options{Roots: roots}, s.URL); err != nil {
			t.Error(err)
		}
		s.called(t, 1)
	})
	t.Run("one that the machine does not know", func(t *testing.T) {
		s, _ := secure(t, 0)
		if err := fetch(t, outbound.Options{}, s.URL); err == nil || !strings.Contains(err.Error(), "its certificate is not trusted") {
			t.Errorf("got %v", err)
		}
		s.called(t, 0)
	})
	t.Run("one for another name", func(t *testing.T) {
		s, roots := secure(t, 0)
		err := fetch(t, outbound.Options{Roots: roots, Allow: []string{"localhost"}}, strings.Replace(s.URL, "127.0.0.1", "localhost", 1))
		if err == nil || !strings.Contains(err.Error(), "its certificate is not trusted") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("not below TLS 1.2", func(t *testing.T) {
		s, roots := secure(t, tls.VersionTLS11)
		if err := fetch(t, outbound.Options{Roots: roots}, s.URL); err == nil {
			t.Error("TLS 1.1 was taken")
		}
		s.called(t, 0)
	})
	t.Run("not where there is no TLS at all", func(t *testing.T) {
		s := serve(t, func(http.ResponseWriter, *http.Request) {})
		err := fetch(t, outbound.Options{}, strings.Replace(s.URL, "http:", "https:", 1))
		if err == nil || err.Error() != "it answers HTTP where HTTPS is configured" {
			t.Errorf("got %v", err)
		}
	})
}

func TestOptionsThatCannotBeUsedAreRefusedWithoutTheirSecrets(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for sentence, o := range map[string]outbound.Options{
		"roots that are not there":    {Roots: filepath.Join(t.TempDir(), "gone.pem")},
		"roots without a certificate": {Roots: empty},
		"a proxy without a host":      {Proxy: "http://user:hunter2@"},
		"a proxy of another kind":     {Proxy: "ftp://user:hunter2@proxy.example"},
		"a proxy that is no URL":      {Proxy: "http://user:hunter2@proxy.example:port"},
		"a range that is none":        {Allow: []string{"10.0.0.0/99"}},
		"a version with a line end":   {Version: "1\r\nX-Evil: 1"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := outbound.New(o)
			if f := fault.From(err); f == nil || f.Code != fault.Usage || f.Next == "" {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the password is told: %v", err)
			}
		})
	}
}
