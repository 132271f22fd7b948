package outbound_test

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"holdfast/internal/outbound"
)

// number matches what is written in digits and dots only.
var number = regexp.MustCompile(`^[0-9.]+$`)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// Every way to write this machine's address ends at the gate, or earlier where
// Go takes it neither for an address nor for a name. One resolver is as
// obliging as one can be, and leads every name to this machine; the other is
// the machine's own, which may know old ways to write numbers.
func TestNoWayOfWritingAnAddressReachesThisMachine(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	port := mustParse(t, s.URL).Port()
	obliging := client(t, outbound.Options{Allow: []string{}, Resolver: names(t, "127.0.0.1")})
	own := client(t, outbound.Options{Allow: []string{}})
	refusals := 0
	for sentence, host := range map[string]string{
		"plain":                       "127.0.0.1",
		"another of its addresses":    "127.8.8.8",
		"decimal":                     "2130706433",
		"octal":                       "0177.0.0.1",
		"one octal number":            "017700000001",
		"hexadecimal":                 "0x7f000001",
		"hexadecimal parts":           "0x7f.0x0.0x0.0x1",
		"short":                       "127.1",
		"with leading zeros":          "127.000.000.001",
		"any address":                 "0.0.0.0",
		"short for any address":       "0",
		"IPv6":                        "[::1]",
		"IPv6 at length":              "[0:0:0:0:0:0:0:1]",
		"any address in IPv6":         "[::]",
		"IPv4 in IPv6":                "[::ffff:127.0.0.1]",
		"IPv4 in IPv6, hexadecimal":   "[::ffff:7f00:1]",
		"the older IPv4 in IPv6":      "[::127.0.0.1]",
		"translated":                  "[64:ff9b::7f00:1]",
		"6to4":                        "[2002:7f00:1::]",
		"its name":                    "localhost",
		"its name with a last dot":    "localhost.",
		"its name in capitals":        "LOCALHOST",
		"a name below it":             "a.localhost",
		"a name that leads there":     "rebind.example",
		"dots of another alphabet":    "127。0。0。1",
		"digits of another alphabet":  "①②⑦.⓪.⓪.①",
		"behind a user that looks so": "1.1.1.1@127.0.0.1",
		"credentials of a cloud":      "169.254.169.254",
		"the same in decimal":         "2852039166",
		"the same in IPv6":            "[::ffff:a9fe:a9fe]",
	} {
		t.Run(sentence, func(t *testing.T) {
			through := []*outbound.Client{obliging}
			if number.MatchString(host) {
				through = append(through, own)
			}
			for _, c := range through {
				_, err := c.Fetch(request(t, http.MethodGet, "http://"+host+":"+port+"/", ""))
				var refused *outbound.AddressError
				var unknown *net.DNSError
				switch {
				case errors.As(err, &refused):
					refusals++
				case number.MatchString(host) && errors.As(err, &unknown), errors.Is(err, syscall.EAFNOSUPPORT):
				default:
					t.Errorf("got %v", err)
				}
			}
		})
	}
	s.called(t, 0)
	if refusals < 15 {
		t.Errorf("void: the gate refused only %d", refusals)
	}
}

func TestANameThatLeadsElsewhereTheSecondTimeGainsNothing(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	c := client(t, outbound.Options{Allow: []string{"127.0.0.1"}, Resolver: names(t, "127.0.0.1", "127.0.0.2")})
	u := "http://rebind.example:" + mustParse(t, s.URL).Port()
	if _, err := c.Fetch(request(t, http.MethodGet, u, "")); err != nil {
		t.Fatalf("the first time it leads where it may: %v", err)
	}
	_, err := c.Fetch(request(t, http.MethodGet, u, ""))
	var refused *outbound.AddressError
	if !errors.As(err, &refused) || refused.Addr.String() != "127.0.0.2" {
		t.Errorf("the second time: %v", err)
	}
	if want := "rebind.example leads to 127.0.0.2, this machine itself; the configuration does not allow it"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	s.called(t, 1)
}

func TestAProxyIsUsedOnlyWhenItIsConfiguredAndIsHeldToTheSameRules(t *testing.T) {
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodConnect:
			w.WriteHeader(http.StatusProxyAuthRequired)
		case r.URL.Host == "pager.example" && r.Header.Get("Proxy-Authorization") != "":
			_, _ = io.WriteString(w, "through the proxy")
		}
	})
	withUser := strings.Replace(proxy.URL, "//", "//user:hunter2@", 1)
	t.Run("an address it may not have", func(t *testing.T) {
		c := client(t, outbound.Options{Proxy: withUser, Allow: []string{}})
		_, err := c.Fetch(request(t, http.MethodGet, "http://pager.example/", ""))
		var refused *outbound.AddressError
		if !errors.As(err, &refused) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v", err)
		}
		proxy.called(t, 0)
	})
	c := client(t, outbound.Options{Proxy: withUser})
	t.Run("a call through it", func(t *testing.T) {
		body, err := c.Fetch(request(t, http.MethodGet, "http://pager.example/", ""))
		if err != nil || string(body) != "through the proxy" {
			t.Errorf("got %q, %v", body, err)
		}
	})
	t.Run("a way that it does not open", func(t *testing.T) {
		_, err := c.Fetch(request(t, http.MethodGet, "https://pager.example/", ""))
		if err == nil || err.Error() != "the proxy answered 407" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("one that only the environment names", func(t *testing.T) {
		before := proxy.calls.Load()
		t.Setenv("HTTP_PROXY", proxy.URL)
		c := client(t, outbound.Options{Resolver: names(t, "127.0.0.2")})
		_, err := c.Fetch(request(t, http.MethodGet, "http://pager.example/", ""))
		var refused *outbound.AddressError
		if !errors.As(err, &refused) {
			t.Errorf("got %v", err)
		}
		proxy.called(t, before)
	})
}

func mustParse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := outbound.ParseURL(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAURLThatIsNoneIsRefusedWithoutBeingRepeated(t *testing.T) {
	for _, raw := range []string{"", "pager.example", "ftp://user:hunter2@pager.example", "http://user:hunter2@", "https://pager.example/#hunter2", "http://user:hunter2@pager.example:port", "//pager.example"} {
		if u, err := outbound.ParseURL(raw); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q gives %v, %v", raw, u, err)
		}
	}
}
