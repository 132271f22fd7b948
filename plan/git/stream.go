package git

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"holdfast/internal/fault"
)

// stream is a conversation in git's protocol over one connection, of git's own
// kind or of ssh. The connection ends with the context it was begun under.
type stream struct {
	in    io.WriteCloser // to the repository
	out   io.Reader      // from it
	close func() error
	known *packp.AdvRefs
	asked bool // something was asked for beyond the references
}

// stream connects and asks for one of git's two services.
func (r *Repository) stream(ctx context.Context, u *url.URL, what string) (*stream, error) {
	if r.o.Dial == nil {
		return nil, errors.New("nothing is set up that connects to it")
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"git": "9418", "ssh": "22"}[u.Scheme]
	}
	address := net.JoinHostPort(u.Hostname(), port)
	conn, err := r.o.Dial.Within(ctx)(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if u.Scheme == "ssh" {
		s, err := r.secured(ctx, conn, u, address, what)
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return s, nil
	}
	// A repository of git's own protocol knows nobody: it gives to all, and
	// what it takes is its own affair.
	if err := (&packp.GitProtoRequest{RequestCommand: what, Pathname: u.Path, Host: u.Host}).Encode(conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &stream{in: conn, out: r.within(conn), close: conn.Close}, nil
}

// secured speaks ssh with a host that is known.
func (r *Repository) secured(ctx context.Context, conn net.Conn, u *url.URL, address, what string) (*stream, error) {
	if r.o.Key == nil || r.o.Hosts == "" {
		return nil, fault.New(fault.Usage, "The plan's repository is reached by ssh, which needs a key and the hosts that are known.", "Set plan.git.ssh_key and plan.git.known_hosts.")
	}
	pem, err := r.o.Key(ctx)
	if err != nil {
		return nil, err
	}
	signer, err := ssh.ParsePrivateKey(pem)
	if err != nil {
		return nil, fault.New(fault.Usage, "The key for the plan's repository cannot be read.", "It is a private key in PEM without a passphrase.")
	}
	hosts, err := knownhosts.New(r.o.Hosts)
	if err != nil {
		return nil, fault.Newf(fault.Usage, "`ssh-keyscan HOST` writes its lines; compare them with what the host's owner says.", "The file of known hosts %s cannot be read.", r.o.Hosts)
	}
	c, channels, requests, err := ssh.NewClientConn(conn, address, &ssh.ClientConfig{
		User: r.o.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: hosts,
		HostKeyAlgorithms: asKnown(hosts, address, conn.RemoteAddr()),
	})
	if err != nil {
		return nil, err
	}
	client := ssh.NewClient(c, channels, requests)
	session, err := client.NewSession()
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	in, errIn := session.StdinPipe()
	out, errOut := session.StdoutPipe()
	path := strings.ReplaceAll(u.Path, "'", `'\''`)
	if err := errors.Join(errIn, errOut, session.Start(what+" '"+path+"'")); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return &stream{in: in, out: r.within(out), close: client.Close}, nil
}

// within bounds all that a repository may say: a pack in its packets, and which
// branches there are.
func (r *Repository) within(out io.Reader) io.Reader {
	most := r.o.Most + r.o.Most/16 + 1<<20
	return &bounded{out, most, most}
}

// asKnown orders the kinds of host keys: those in which the host is known come
// before other plain ones, since a host that has several shows the first it is
// asked for, and any other looks like somebody else's.
func asKnown(hosts ssh.HostKeyCallback, address string, remote net.Addr) []string {
	nobody, err := ssh.NewPublicKey(ed25519.PublicKey(make([]byte, ed25519.PublicKeySize)))
	var known *knownhosts.KeyError
	if err != nil || !errors.As(hosts(address, remote, nobody), &known) {
		return nil
	}
	rank := func(algorithm string) int {
		kind := algorithm
		if algorithm == ssh.KeyAlgoRSASHA256 || algorithm == ssh.KeyAlgoRSASHA512 {
			kind = ssh.KeyAlgoRSA
		}
		switch {
		case strings.Contains(algorithm, "-cert-"):
			return 0
		case slices.ContainsFunc(known.Want, func(k knownhosts.KnownKey) bool { return k.Key.Type() == kind }):
			return 1
		}
		return 2
	}
	all := slices.Clone(ssh.SupportedAlgorithms().HostKeys)
	slices.SortStableFunc(all, func(a, b string) int { return rank(a) - rank(b) })
	return all
}

// AdvertisedReferencesContext returns what branches there are.
func (s *stream) AdvertisedReferencesContext(context.Context) (*packp.AdvRefs, error) {
	if s.known != nil {
		return s.known, nil
	}
	known := packp.NewAdvRefs()
	var said *pktline.ErrorLine
	switch err := known.Decode(s.out); {
	case errors.Is(err, packp.ErrEmptyAdvRefs): // it holds nothing yet
	case errors.As(err, &said):
		return nil, transport.ErrRepositoryNotFound
	case errors.Is(err, packp.ErrEmptyInput):
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	}
	transport.FilterUnsupportedCapabilities(known.Capabilities)
	s.known = known
	return known, nil
}

// UploadPack asks for a pack; its reader ends the conversation when it is
// closed.
func (s *stream) UploadPack(_ context.Context, req *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	if err := req.Validate(); err != nil {
		return nil, err
	}
	s.asked = true
	if err := errors.Join(req.UploadRequest.Encode(s.in), req.UploadHaves.Encode(s.in, true), pktline.NewEncoder(s.in).Encodef("done\n")); err != nil {
		return nil, fmt.Errorf("ask for the pack: %w", err)
	}
	answer := packp.NewUploadPackResponse(req)
	if err := answer.Decode(struct {
		io.Reader
		io.Closer
	}{s.out, s}); err != nil {
		return nil, fmt.Errorf("read the pack: %w", err)
	}
	return answer, nil
}

// ReceivePack brings a pack and what is to point into it.
func (s *stream) ReceivePack(_ context.Context, req *packp.ReferenceUpdateRequest) (*packp.ReportStatus, error) {
	s.asked = true
	if err := req.Encode(s.in); err != nil {
		return nil, err
	}
	if !req.Capabilities.Supports(capability.ReportStatus) {
		return nil, errors.New("it does not say what becomes of what it is sent")
	}
	report := packp.NewReportStatus()
	if err := report.Decode(s.out); err != nil {
		return nil, err
	}
	return report, report.Error()
}

// Close ends the conversation, politely where nothing was asked for.
func (s *stream) Close() error {
	if !s.asked {
		_, _ = s.in.Write(pktline.FlushPkt) // it may be gone, which is as good
	}
	return s.close()
}
