package outbound

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"holdfast/internal/fault"
)

// AddressError says that a name leads to an address that Holdfast does not
// call, whoever told it to: somebody may have chosen the name to reach what
// only this machine can.
type AddressError struct {
	Host string // as it was asked for
	Addr netip.Addr
	What string // "a private address"
}

func (e *AddressError) Error() string {
	if e.Host == e.Addr.String() {
		return fmt.Sprintf("%s is %s; the configuration does not allow it", e.Host, e.What)
	}
	return fmt.Sprintf("%s leads to %s, %s; the configuration does not allow it", e.Host, e.Addr, e.What)
}

// gate dials only addresses that are public or allowed.
type gate struct {
	dialer  net.Dialer
	allowed allowed
}

// dial connects to a host. The check comes after the name has been resolved,
// on the very address that is dialled, so that a name which resolves
// differently the second time gains nothing.
func (g *gate) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := g.dialer
	d.ControlContext = func(_ context.Context, _, actual string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(actual)
		if err != nil {
			return fmt.Errorf("dial %s: %w", host, err)
		}
		return g.allowed.check(host, to.Addr())
	}
	return d.DialContext(ctx, network, address)
}

// allowed is what the operator lets through beyond public addresses.
type allowed struct {
	hosts  []string // lower case, without a last dot
	ranges []netip.Prefix
}

var hostForm = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$`)

func parseAllowed(entries []string) (allowed, error) {
	var a allowed
	for _, entry := range entries {
		if addr, err := netip.ParseAddr(entry); err == nil {
			addr = addr.Unmap().WithZone("")
			a.ranges = append(a.ranges, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		if r, err := netip.ParsePrefix(entry); err == nil && !r.Addr().Is4In6() {
			a.ranges = append(a.ranges, r.Masked())
			continue
		}
		host := canonical(entry)
		if !hostForm.MatchString(host) {
			return allowed{}, fault.Newf(fault.Usage, "Write a host's name, an address, or a range such as 10.1.0.0/16.", "%q cannot be allowed.", entry)
		}
		a.hosts = append(a.hosts, host)
	}
	return a, nil
}

func canonical(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// check returns an AddressError unless addr is public or allowed.
func (a allowed) check(host string, addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	c, closed := classify(addr)
	if !closed || a.inRange(c, addr) || c.byName && slices.Contains(a.hosts, canonical(host)) {
		return nil
	}
	return &AddressError{Host: host, Addr: addr, What: c.what}
}

func (a allowed) inRange(c class, addr netip.Addr) bool {
	return slices.ContainsFunc(a.ranges, func(r netip.Prefix) bool {
		return r.Contains(addr) && (!c.exactly || r.IsSingleIP())
	})
}

// class is a kind of address that is not called without leave.
type class struct {
	what    string
	byName  bool // an allowed host may have it
	exactly bool // no range opens it, only itself
}

// classify returns the class of an address, and false when it is public. The
// tables follow the registries of special-purpose addresses of IANA.
func classify(addr netip.Addr) (c class, closed bool) {
	if slices.Contains(metadata, addr) {
		return class{what: "an address where a cloud keeps credentials", exactly: true}, true
	}
	for _, s := range special {
		if s.prefix.Contains(addr) {
			return s.class, true
		}
	}
	if translated.Contains(addr) {
		v6 := addr.As16()
		return classify(netip.AddrFrom4([4]byte(v6[12:])))
	}
	if addr.Is6() && !global.Contains(addr) {
		return class{what: "not a public address"}, true
	}
	return class{}, false
}

// metadata are the addresses under which clouds tell a machine its own
// credentials. Some lie in ranges that an operator has reason to allow.
var metadata = addresses(
	"169.254.169.254", "169.254.170.2", "169.254.170.23", "168.63.129.16", "100.100.100.200", "192.0.0.192",
	"fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:42::42", "fd00:c1::a9fe:a9fe", "fe80::a9fe:a9fe",
)

var (
	// global is all that is or will be public in IPv6.
	global = netip.MustParsePrefix("2000::/3")
	// translated leads to the IPv4 address in its last 32 bits (NAT64).
	translated = netip.MustParsePrefix("64:ff9b::/96")
)

var special = slices.Concat(
	closed(class{what: "this machine itself", byName: true}, "127.0.0.0/8", "::1/128"),
	closed(class{what: "a private address", byName: true}, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
	closed(class{what: "a private address of a carrier", byName: true}, "100.64.0.0/10"),
	closed(class{what: "a link-local address"}, "169.254.0.0/16", "fe80::/10"),
	closed(class{what: "a multicast address"}, "224.0.0.0/4", "ff00::/8"),
	closed(class{what: "no address of a host"}, "0.0.0.0/8", "::/128", "255.255.255.255/32"),
	closed(class{what: "an address for tests or documentation", byName: true},
		"192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
	closed(class{what: "a reserved address"}, "192.0.0.0/24", "240.0.0.0/4", "2001::/23"),
	closed(class{what: "an address that hides another"}, "192.88.99.0/24", "2002::/16", "64:ff9b:1::/48", "::/96"),
)

type block struct {
	prefix netip.Prefix
	class  class
}

func closed(c class, prefixes ...string) []block {
	var all []block
	for _, p := range prefixes {
		all = append(all, block{netip.MustParsePrefix(p), c})
	}
	return all
}

func addresses(texts ...string) []netip.Addr {
	var all []netip.Addr
	for _, t := range texts {
		all = append(all, netip.MustParseAddr(t))
	}
	return all
}
