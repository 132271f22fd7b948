package outbound

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"holdfast/internal/fault"
)

func TestOnlyPublicAddressesAreCalledWithoutLeave(t *testing.T) {
	for sentence, addresses := range map[string]string{
		"":                                   "1.1.1.1 93.184.216.34 172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.1 11.0.0.1 223.255.255.255 2606:4700::1111 2a00::1 ::ffff:1.1.1.1 64:ff9b::1.1.1.1",
		"this machine itself":                "127.0.0.1 127.255.255.254 ::1 ::ffff:127.0.0.1 64:ff9b::127.0.0.1",
		"a private address":                  "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 ::ffff:10.1.2.3 64:ff9b::10.0.0.1 fc00::1 fd12:3456::1 fec0::1",
		"a private address of a carrier":     "100.64.0.1 100.127.255.255",
		"a link-local address":               "169.254.1.1 fe80::1 fe80::1%eth0 ::ffff:169.254.1.1",
		"a multicast address":                "224.0.0.1 239.255.255.250 ff02::1",
		"no address of a host":               "0.0.0.0 0.1.2.3 :: 255.255.255.255 ::ffff:0.0.0.0",
		"a reserved address":                 "240.0.0.1 192.0.0.8 2001::1 2001:1::1",
		"an address that hides another":      "192.88.99.1 2002:7f00:1::1 ::127.0.0.1 64:ff9b:1::7f00:1",
		"not a public address":               "4000::1 100::1 5f00::1",
		"for tests or documentation":         "192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1",
		"where a cloud keeps credentials":    "169.254.169.254 ::ffff:169.254.169.254 64:ff9b::169.254.169.254 169.254.170.2 168.63.129.16 100.100.100.200 fd00:ec2::254 fd20:ce::254",
		"this machine itself (zone ignored)": "::1%lo",
	} {
		what, _, _ := strings.Cut(sentence, " (")
		for _, text := range strings.Fields(addresses) {
			err := allowed{}.check("a.example", netip.MustParseAddr(text))
			var refused *AddressError
			switch {
			case what == "" && err != nil:
				t.Errorf("%s is refused: %v", text, err)
			case what != "" && (!errors.As(err, &refused) || !strings.Contains(refused.What, what)):
				t.Errorf("%s should be refused as %s, got %v", text, what, err)
			}
		}
	}
}

func TestWhatTheConfigurationAllowsIsCalled(t *testing.T) {
	for sentence, test := range map[string]struct {
		allow, host, addr string
		open              bool
	}{
		"an address opens itself":                             {"127.0.0.1", "a.example", "127.0.0.1", true},
		"an address opens no other":                           {"127.0.0.1", "a.example", "127.0.0.2", false},
		"a range opens what is in it":                         {"10.1.0.0/16", "a.example", "10.1.2.3", true},
		"a range opens nothing beside it":                     {"10.1.0.0/16", "a.example", "10.2.0.1", false},
		"a range is meant in its mapped form too":             {"10.1.0.0/16", "a.example", "::ffff:10.1.2.3", true},
		"a range of IPv6 opens what is in it":                 {"fd12::/16", "a.example", "fd12::7", true},
		"a name opens a private address":                      {"pager.example", "pager.example", "10.0.0.1", true},
		"a name opens this machine":                           {"localhost", "localhost", "127.0.0.1", true},
		"a name is one in any case, with a last dot":          {"Pager.Example.", "pager.exaMPLE", "10.0.0.1", true},
		"a name opens no other name":                          {"pager.example", "a.pager.example", "10.0.0.1", false},
		"a name opens no link-local address":                  {"pager.example", "pager.example", "169.254.1.1", false},
		"a name opens no credentials of a cloud":              {"pager.example", "pager.example", "169.254.169.254", false},
		"a range opens no credentials of a cloud":             {"169.254.0.0/16", "a.example", "169.254.169.254", false},
		"a range around private credentials opens them never": {"100.64.0.0/10", "a.example", "100.100.100.200", false},
		"the exact address opens them":                        {"169.254.169.254", "a.example", "169.254.169.254", true},
		"a range opens link-local addresses":                  {"169.254.0.0/16", "a.example", "169.254.1.1", true},
		"a name never opens a multicast address":              {"pager.example", "pager.example", "224.0.0.1", false},
	} {
		t.Run(sentence, func(t *testing.T) {
			a, err := parseAllowed([]string{test.allow})
			if err != nil {
				t.Fatal(err)
			}
			if err := a.check(test.host, netip.MustParseAddr(test.addr)); (err == nil) != test.open {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWhatCannotBeAllowedIsRefused(t *testing.T) {
	for _, entry := range []string{"", ".", "*.example", "pager.example:8080", "http://pager.example", "10.0.0.0/33", "::ffff:10.0.0.0/104", "[::1]", "a b", "-", "pager..example/8"} {
		if a, err := parseAllowed([]string{entry}); fault.CodeOf(err) != fault.Usage {
			t.Errorf("%q gives %+v, %v", entry, a, err)
		}
	}
}
