// Package outbound is the one way out: every HTTP client of Holdfast is made
// here. It bounds how long a call may take and how much may come back, reaches
// no address inside the operator's network that the configuration does not
// name, and tells what went wrong without telling secrets.
package outbound

import (
	"io"
	"net"
	"net/http"
	"time"

	"holdfast/internal/clock"
)

// MaxAnswer is how much of an answer's body is read, after decompression.
const MaxAnswer = 1 << 20

// Options are what an operator may say about calls to one provider. The zero
// value reaches public addresses only, trusts the machine's certificates and
// uses no proxy, whatever the environment says.
type Options struct {
	Version string // of Holdfast, for User-Agent; "dev" when empty

	Timeout time.Duration // for the whole call, reading the answer included; 10 s when zero
	Connect time.Duration // for the name and the connection; 6 s when zero, in which a second name server can still answer
	TLS     time.Duration // for the TLS handshake; 3 s when zero
	Header  time.Duration // from the request sent to the first of the answer; 8 s when zero

	Answer int64 // how much of an answer is read, after decompression; MaxAnswer when zero

	// Allow names hosts, addresses and CIDR ranges that may be reached although
	// they are not public. A host's name opens loopback and private addresses;
	// link-local ones need their range, and those where a cloud keeps the
	// machine's credentials their exact address.
	Allow []string
	Roots string // a PEM file of the certificates to trust in place of the machine's
	Proxy string // http, https or socks5 URL; its address is then the one that is held to Allow

	Clock    clock.Clock   // nil: the system's
	Resolver *net.Resolver // nil: the machine's
}

// Client makes calls to one provider. It makes each call once, on a connection
// of its own, and follows a redirect only for GET and HEAD, and only within the
// host. It is safe for concurrent use.
type Client struct {
	http  *http.Client
	way   Way
	clock clock.Clock
}

// New returns a client. An error names the option that cannot be used, without
// its secrets.
func New(o Options) (*Client, error) {
	o = o.withDefaults()
	transport, err := o.transport()
	if err != nil {
		return nil, err
	}
	way, err := o.way(transport)
	if err != nil {
		return nil, err
	}
	return &Client{clock: o.Clock, way: way, http: &http.Client{
		Timeout:       o.Timeout,
		Transport:     &polite{next: transport, agent: o.agent(), most: o.Answer},
		CheckRedirect: withinHost,
	}}, nil
}

// Do makes one call, as http.Client.Do does; the caller closes the body. Every
// error is a *Failure. A body that is longer than MaxAnswer ends in a
// *TooLongError.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, &Failure{Err: withoutURL(err)}
	}
	return resp, nil
}

// Fetch makes one call and returns the body of a 2xx answer. Every error is a
// *Failure; the request may have been done all the same.
func (c *Client) Fetch(r *http.Request) ([]byte, error) {
	resp, err := c.Do(r)
	if f := Failed(resp, err, c.clock.Now()); f != nil {
		return nil, f
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, &Failure{Status: resp.StatusCode, Err: err}
	}
	return body, nil
}

// Standard returns the client for libraries that take no other kind. Its
// errors hold the whole URL: pass them through Failed before anybody sees them.
func (c *Client) Standard() *http.Client { return c.http }

// withinHost leaves any other redirect to the caller, as the answer it is.
func withinHost(next *http.Request, via []*http.Request) error {
	const most = 5
	first := via[0]
	safe := first.Method == http.MethodGet || first.Method == http.MethodHead
	same := next.URL.Scheme == first.URL.Scheme && next.URL.Host == first.URL.Host
	if !safe || !same || len(via) > most {
		return http.ErrUseLastResponse
	}
	return nil
}

// polite says who is calling and reads no more than it must.
type polite struct {
	next  http.RoundTripper
	agent string
	most  int64 // of an answer's body
}

func (p *polite) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", p.agent)
	resp, err := p.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = &capped{ReadCloser: resp.Body, left: p.most}
	return resp, nil
}

// TooLongError says that an answer is longer than MaxAnswer.
type TooLongError struct{}

func (*TooLongError) Error() string { return "its answer is longer than 1 MiB" }

var errTooLong = &TooLongError{}

// capped ends a body after so many bytes with a TooLongError.
type capped struct {
	io.ReadCloser
	left int64 // below zero: there was more
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, errTooLong
	}
	// One byte more tells a body that is just long enough from one that is not.
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.ReadCloser.Read(p)
	c.left -= int64(n)
	if c.left < 0 {
		return n - 1, errTooLong
	}
	return n, err
}

func (o Options) withDefaults() Options {
	orElse := func(d *time.Duration, els time.Duration) {
		if *d == 0 {
			*d = els
		}
	}
	orElse(&o.Timeout, 10*time.Second)
	orElse(&o.Connect, 6*time.Second)
	orElse(&o.TLS, 3*time.Second)
	orElse(&o.Header, 8*time.Second)
	if o.Answer == 0 {
		o.Answer = MaxAnswer
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	return o
}

func (o Options) agent() string { return "holdfast/" + o.Version }
