package outbound_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/internal/outbound"
)

var now = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

func TestAFailureTellsItsStatusAndWhenToComeBack(t *testing.T) {
	for sentence, test := range map[string]struct {
		header string
		after  time.Duration
	}{
		"seconds":                 {"30", 30 * time.Second},
		"seconds with blanks":     {"  7 ", 7 * time.Second},
		"a date":                  {"Mon, 02 Nov 2026 10:02:00 GMT", 2 * time.Minute},
		"a date in an older form": {"Monday, 02-Nov-26 10:02:00 GMT", 2 * time.Minute},
		"a date that is over":     {"Mon, 02 Nov 2026 09:00:00 GMT", 0},
		"days":                    {"864000", 15 * time.Minute},
		"a date in years":         {"Mon, 02 Nov 2099 10:00:00 GMT", 15 * time.Minute},
		"more than a number":      {"99999999999999999999", 0},
		"less than nothing":       {"-5", 0},
		"a fraction":              {"1.5", 0},
		"a word":                  {"soon", 0},
		"nothing":                 {"", 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", test.header)
				w.WriteHeader(http.StatusTooManyRequests)
				_, _ = io.WriteString(w, "slow down")
			})
			_, err := client(t, outbound.Options{Clock: clock.NewManual(now)}).Fetch(request(t, http.MethodGet, s.URL, ""))
			var f *outbound.Failure
			if !errors.As(err, &f) || f.Status != 429 || f.After != test.after || string(f.Body) != "slow down" || f.Err != nil {
				t.Errorf("got %+v", err)
			}
		})
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"30", "Mon, 02 Nov 2026 10:02:00 GMT", "-1", "", "1e9", "99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		resp := &http.Response{StatusCode: http.StatusServiceUnavailable, Body: http.NoBody, Header: http.Header{"Retry-After": {header}}}
		if got := outbound.Failed(resp, nil, now).After; got < 0 || got > 15*time.Minute {
			t.Errorf("%q puts off by %s", header, got)
		}
	})
}

func TestWhatALibraryReturnsIsAFailureToo(t *testing.T) {
	unreadable := errors.New(`invalid character '<' in "https://user:hunter2@pager.example"`)
	for sentence, test := range map[string]struct {
		status int // of the answer it hands on; 0 for none
		err    error
		want   *outbound.Failure
		says   string
	}{
		"a good answer":                  {204, nil, nil, ""},
		"a bad answer":                   {503, nil, &outbound.Failure{Status: 503, After: 9 * time.Second, Body: []byte("why")}, "it answered 503"},
		"a bad answer and its own error": {503, unreadable, &outbound.Failure{Status: 503, After: 9 * time.Second, Body: []byte("why")}, "it answered 503"},
		"a good answer it cannot read":   {200, unreadable, &outbound.Failure{Status: 200, Err: unreadable}, "its answer cannot be understood"},
		"an error alone":                 {0, unreadable, &outbound.Failure{Err: unreadable}, "its answer cannot be understood"},
		"a failure it has wrapped":       {0, fmt.Errorf("call: %w", &outbound.Failure{Status: 401}), &outbound.Failure{Status: 401}, "it answered 401"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var resp *http.Response
			if test.status != 0 {
				resp = &http.Response{StatusCode: test.status, Body: io.NopCloser(strings.NewReader("why")), Header: http.Header{"Retry-After": {"9"}}}
				defer resp.Body.Close()
			}
			got := outbound.Failed(resp, test.err, now)
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %#v, want %#v", got, test.want)
			}
			if got != nil && got.Error() != test.says {
				t.Errorf("it says %s", got)
			}
		})
	}
}

// What fails is told in words that people can act on, and nothing of the URL
// but its host, and no header, is among them.
func TestNoFailureTellsASecret(t *testing.T) {
	const secret = "hunter2hunter2"
	raw := func(t *testing.T, says string) string { return "http://user:" + secret + "@" + scripted(t, says) }
	web := func(t *testing.T, f http.HandlerFunc) string {
		return strings.Replace(serve(t, f).URL, "//", "//user:"+secret+"@", 1)
	}
	for sentence, test := range map[string]struct {
		url  func(t *testing.T) string
		want string
	}{
		"nobody listens": {func(t *testing.T) string { return "http://user:" + secret + "@" + unused(t) }, "it cannot be reached: connection refused"},
		"a name that leads nowhere it may": {func(t *testing.T) string { return "http://" + secret + "@private.example" },
			"private.example leads to 127.0.0.2, this machine itself; the configuration does not allow it"},
		"another protocol":      {func(t *testing.T) string { return raw(t, "SSH-2.0-"+secret+"\r\n") }, "its answer cannot be understood"},
		"a header that is none": {func(t *testing.T) string { return raw(t, "HTTP/1.1 200 OK\r\n"+secret+"\r\n\r\n") }, "its answer cannot be understood"},
		"an answer cut short":   {func(t *testing.T) string { return raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{") }, "the connection ended before the answer did"},
		"a chunk that is none": {func(t *testing.T) string {
			return raw(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"+secret+"\r\n")
		}, "its answer cannot be understood"},
		"no answer at all": {func(t *testing.T) string { return raw(t, "") }, "the connection ended before the answer did"},
		"more headers than it takes": {func(t *testing.T) string {
			return raw(t, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat(secret, 20_000)+"\r\n\r\n")
		}, "its answer cannot be understood"},
		"a redirect that is no URL": {func(t *testing.T) string {
			return web(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "http://user:"+secret+"@a b/%zz")
				w.WriteHeader(http.StatusFound)
			})
		}, "its answer cannot be understood"},
		"a redirect elsewhere": {func(t *testing.T) string {
			return web(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "http://other.example/?"+secret)
				w.WriteHeader(http.StatusFound)
			})
		}, "it answered 302, a redirect, which is not followed; configure where it leads"},
		"a status with what it was sent": {func(t *testing.T) string {
			return web(t, func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(http.StatusInternalServerError)
				_, _ = io.WriteString(w, r.Header.Get("Authorization")+r.URL.RawQuery)
			})
		}, "it answered 500"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := client(t, outbound.Options{Resolver: names(t, "127.0.0.2")})
			r := request(t, http.MethodGet, test.url(t)+"/path?token="+secret, "")
			r.Header.Set("X-Secret", secret)
			_, err := c.Fetch(r)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("the secret is told: %v", err)
			}
			// A library shows what Do says, or what its provider has passed through Failed.
			for way, do := range map[string]func(*http.Request) (*http.Response, error){"Do": c.Do, "Standard": c.Standard().Do} {
				resp, err := do(request(t, http.MethodGet, test.url(t)+"/path?token="+secret, ""))
				if way == "Standard" && err != nil {
					err = outbound.Failed(resp, err, now)
				}
				if err == nil {
					resp.Body.Close()
				} else if strings.Contains(err.Error(), secret) {
					t.Errorf("%s tells the secret: %v", way, err)
				}
			}
		})
	}
}

func TestTheProvidersWordsAreCutAndCleaned(t *testing.T) {
	f := &outbound.Failure{Status: 422, Says: "no\u202e such\r\n\tteam; password: hunter2 " + strings.Repeat("x", 500)}
	got := f.Error()
	if want := "it answered 422: no such team; password: [redacted password] xxx"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len([]rune(got)) > 220 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d characters: %q", len([]rune(got)), got)
	}
}

// scripted listens for one connection, reads the head of a request and
// says what it is told. It returns its address.
func scripted(t *testing.T, says string) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		conn, err := l.Accept()
		if err != nil {
			return // closed
		}
		defer conn.Close()
		_, _ = conn.Read(make([]byte, 64<<10))
		_, _ = io.WriteString(conn, says)
	}()
	t.Cleanup(func() {
		l.Close()
		<-over
	})
	return l.Addr().String()
}

// unused returns an address at which nobody listens.
func unused(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
