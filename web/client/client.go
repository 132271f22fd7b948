// Package client speaks to a server's API: a terminal on another machine asks
// through it as it would ask a bot beside it.
package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/templates"
	"holdfast/web"
)

// Options say which server, and who is calling. A token or a certificate is
// needed.
type Options struct {
	Server      string // https://holdfast.example.com
	Token       string
	Certificate string // PEM file
	Key         string // PEM file
	Roots       string // PEM file of certificates to trust; empty is the system's
	// Interim is told that a command is still being recorded; may be nil.
	Interim func(bot.Request, bot.Reply)
}

// The limits of waiting.
const (
	callLimit = 12 * time.Second       // one request
	inAll     = 15 * time.Second       // a command, with what is asked again
	pause     = 500 * time.Millisecond // before it is asked again
)

// Client speaks to one server. It is safe for concurrent use.
type Client struct {
	o    Options
	base *url.URL
	http *http.Client
}

// New returns a client. It does not call the server yet.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(o.Server, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fault.New(fault.Usage, "That is no address of a server.", "Write it such as https://holdfast.example.com.")
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if o.Roots != "" {
		text, err := os.ReadFile(o.Roots)
		if err != nil {
			return nil, unreadable(o.Roots, err)
		}
		t.TLSClientConfig.RootCAs = x509.NewCertPool()
		if !t.TLSClientConfig.RootCAs.AppendCertsFromPEM(text) {
			return nil, fault.New(fault.Usage, "The file "+o.Roots+" holds no certificate.", "It is a PEM file.")
		}
	}
	if o.Certificate != "" {
		pair, err := tls.LoadX509KeyPair(o.Certificate, o.Key)
		if err != nil {
			return nil, unreadable(o.Certificate, err)
		}
		t.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	return &Client{o: o, base: base, http: &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a token goes to the server that was named
	}}}, nil
}

func unreadable(path string, err error) error {
	return fault.Wrap(err, fault.Usage, "The file "+path+" cannot be used.", "Look at the file and its rights.")
}

// Me is who the server says is calling.
type Me struct {
	Person string   `json:"person"`
	Name   string   `json:"name"`
	Known  bool     `json:"known"` // to the plan
	People []string `json:"people"`
	Zone   string   `json:"zone"`
}

// Whoami asks the server who is calling.
func (c *Client) Whoami(ctx context.Context) (Me, error) {
	var me Me
	return me, c.get(ctx, "/api/v1/whoami", &me)
}

// State returns where an incident stands.
func (c *Client) State(ctx context.Context, id string) (incident.State, error) {
	var s incident.State
	return s, c.get(ctx, "/api/v1/incidents/"+url.PathEscape(id), &s)
}

// Handle implements bot.Handler: a command goes to the server under its
// delivery, again when the answer is lost or still to come, and is recorded
// once.
func (c *Client) Handle(ctx context.Context, r bot.Request) bot.Reply {
	ctx, done := context.WithTimeout(ctx, inAll)
	defer done()
	told := false
	for {
		answer, err := c.send(ctx, r)
		switch {
		case err == nil && !answer.Interim:
			return answer.Reply()
		case err == nil && !told && c.o.Interim != nil:
			told = true
			c.o.Interim(r, answer.Reply())
		case err != nil && fault.CodeOf(err) != "":
			return Refused(fault.From(err))
		}
		select {
		case <-ctx.Done():
			return Refused(fault.Wrap(err, fault.Store, "NOT RECORDED, as far as is known: the server did not answer in time.",
				"Write it down. Before you repeat it, look whether `/incident timeline` shows it."))
		case <-time.After(pause):
		}
	}
}

// send makes one request. A *fault.Error is the server's refusal of the
// request itself; any other error may pass.
func (c *Client) send(ctx context.Context, r bot.Request) (web.Answer, error) {
	body, err := json.Marshal(web.Command{Delivery: r.Delivery, Root: r.Root, Text: r.Text, Room: r.Room, Origin: r.Origin, Form: r.Form})
	if err != nil {
		return web.Answer{}, fault.Wrap(err, fault.Internal, "The command cannot be sent.", "")
	}
	resp, err := c.call(ctx, http.MethodPost, "/api/v1/commands", body)
	if err != nil {
		return web.Answer{}, err
	}
	defer resp.Body.Close()
	var answer struct {
		web.Answer
		Next string `json:"next"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 4<<20)).Decode(&answer); err != nil {
		return web.Answer{}, fmt.Errorf("read the server's answer (%s): %w", resp.Status, err)
	}
	if answer.Delivery == "" { // the request was refused, not the command
		return web.Answer{}, fault.New(answer.Code, answer.Text, answer.Next)
	}
	return answer.Answer, nil
}

// Refused is the reply that shows what is wrong and what to do.
func Refused(f *fault.Error) bot.Reply {
	m, err := templates.Shipped().Render("refused", templates.View{Error: string(f.Code), Wrong: f.Text, Next: f.Next})
	if err != nil { // a shipped template
		panic(err)
	}
	return bot.Reply{Message: m, Code: f.Code}
}

// Export writes the record of an incident.
func (c *Client) Export(ctx context.Context, w io.Writer, id, format string) error {
	resp, err := c.call(ctx, http.MethodGet, "/api/v1/incidents/"+url.PathEscape(id)+"/export?format="+url.QueryEscape(format), nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return problemOf(resp)
	}
	if _, err := io.Copy(w, resp.Body); err != nil {
		return fmt.Errorf("fetch the record of %s: %w", id, err)
	}
	return nil
}

func (c *Client) get(ctx context.Context, path string, v any) error {
	ctx, done := context.WithTimeout(ctx, callLimit)
	defer done()
	resp, err := c.call(ctx, http.MethodGet, path, nil)
	if err != nil {
		return unreached(c.base.Host, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return problemOf(resp)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func unreached(host string, err error) error {
	return fault.Wrap(err, fault.Usage, "The server at "+host+" cannot be reached.", "Look at the address and the way to it; another replica may answer.")
}

func problemOf(resp *http.Response) error {
	var p web.Problem
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&p); err != nil || p.Code == "" {
		return fault.Newf(fault.Usage, "Is it the address of a Holdfast?", "The server answered %s.", resp.Status)
	}
	return fault.New(p.Code, p.Text, p.Next)
}

// call sends one request with the caller's token.
func (c *Client) call(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base.String()+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.o.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.o.Token)
	}
	resp, err := c.http.Do(req)
	var cut *url.Error
	if errors.As(err, &cut) {
		err = cut.Err // the address is known
	}
	return resp, err
}
