package git

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	carrier "github.com/go-git/go-git/v5/plumbing/transport/http"
	"github.com/go-git/go-git/v5/plumbing/transport/server"

	"holdfast/internal/fault"
)

// fetching is a conversation in which a repository gives; pushing one in which
// it takes.
type fetching interface {
	AdvertisedReferencesContext(context.Context) (*packp.AdvRefs, error)
	UploadPack(context.Context, *packp.UploadPackRequest) (*packp.UploadPackResponse, error)
	Close() error
}

type pushing interface {
	AdvertisedReferencesContext(context.Context) (*packp.AdvRefs, error)
	ReceivePack(context.Context, *packp.ReferenceUpdateRequest) (*packp.ReportStatus, error)
	Close() error
}

// endpoint reads the address of a repository. What it cannot use it refuses
// without repeating it, since it may hold a password.
func endpoint(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
	case u.Scheme == "file" && u.Host == "" && strings.HasPrefix(u.Path, "/"):
		return u, nil
	case (u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "ssh" || u.Scheme == "git") && u.Hostname() != "" && strings.Trim(u.Path, "/") != "":
		return u, nil
	}
	return nil, fault.New(fault.Usage, "The address of the plan's repository cannot be used.",
		"Write https://HOST/PATH, ssh://HOST/PATH, git://HOST/PATH or file:///PATH; user and token are settings of their own.")
}

// fetch begins a conversation to get something.
func (r *Repository) fetch(ctx context.Context) (fetching, error) {
	u, err := endpoint(r.o.URL)
	if err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "ssh", "git":
		return r.stream(ctx, u, transport.UploadPackServiceName)
	}
	t, ep, auth, err := r.ready(ctx, u)
	if err != nil {
		return nil, err
	}
	return t.NewUploadPackSession(ep, auth)
}

// push begins a conversation to bring something.
func (r *Repository) push(ctx context.Context) (pushing, error) {
	u, err := endpoint(r.o.URL)
	if err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "ssh", "git":
		return r.stream(ctx, u, transport.ReceivePackServiceName)
	}
	t, ep, auth, err := r.ready(ctx, u)
	if err != nil {
		return nil, err
	}
	return t.NewReceivePackSession(ep, auth)
}

// ready returns go-git's transport for what needs no connection of ours: HTTP,
// through the client that it is given, and a folder of this machine.
func (r *Repository) ready(ctx context.Context, u *url.URL) (transport.Transport, *transport.Endpoint, transport.AuthMethod, error) {
	if u.Scheme == "file" {
		at := *u
		if info, err := os.Stat(filepath.Join(u.Path, ".git")); err == nil && info.IsDir() {
			at.Path = filepath.Join(u.Path, ".git") // of somebody's work tree
		}
		u = &at
	}
	ep, err := transport.NewEndpoint(u.String())
	if err != nil {
		return nil, nil, nil, errors.New("its address cannot be used")
	}
	if u.Scheme == "file" {
		return server.NewClient(server.NewFilesystemLoader(osfs.New("/"))), ep, nil, nil
	}
	if r.o.HTTP == nil {
		return nil, nil, nil, errors.New("nothing is set up that speaks HTTP")
	}
	var auth transport.AuthMethod
	if r.o.Token != nil {
		token, err := r.o.Token(ctx)
		if err != nil {
			return nil, nil, nil, err
		}
		auth = &carrier.BasicAuth{Username: r.o.User, Password: token}
	}
	t := carrier.NewClientWithOptions(r.o.HTTP.Standard(), &carrier.ClientOptions{RedirectPolicy: carrier.NoFollowRedirects})
	return t, ep, auth, nil
}

// bounded ends a pack that is too long with an error.
type bounded struct {
	io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooMuch
	}
	return n, err
}

var errTooMuch = fmt.Errorf("it sends more than %d MiB", MaxPack>>20)
