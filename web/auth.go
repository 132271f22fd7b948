package web

import (
	"errors"
	"net/http"
	"strings"

	"holdfast/internal/fault"
)

// People tells who is calling. The errors are *fault.Error of code E_SIGN_IN.
type People interface {
	Who(r *http.Request) (person string, err error)
}

// Anyone asks several, in order. The first who knows the caller decides; a
// caller whom nobody knows is told by the last who was given something.
type Anyone []People

// errNobody says that a request names nobody in the way that is looked for.
var errNobody = errors.New("no credentials of this kind")

// Who implements People.
func (all Anyone) Who(r *http.Request) (string, error) {
	var refused error
	for _, p := range all {
		person, err := p.Who(r)
		switch {
		case err == nil:
			return person, nil
		case !errors.Is(err, errNobody):
			refused = err
		}
	}
	if refused == nil {
		refused = fault.New(fault.SignIn, "Nobody is named.", "Send `Authorization: Bearer TOKEN`, or a certificate.")
	}
	return "", refused
}

// Certificates takes the common name of a certificate that the server's TLS
// has verified as the person's id.
type Certificates struct{}

// Who implements People.
func (Certificates) Who(r *http.Request) (string, error) {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return "", errNobody
	}
	name := r.TLS.VerifiedChains[0][0].Subject.CommonName
	if !personForm.MatchString(name) {
		return "", fault.Newf(fault.SignIn, "Issue one whose common name is the person's id in the plan.", "The certificate's common name %q is nobody's id.", clip(name, 80))
	}
	return name, nil
}

// bearer returns the token a request carries.
func bearer(r *http.Request) (string, bool) {
	scheme, token, found := strings.Cut(r.Header.Get("Authorization"), " ")
	if !found || !strings.EqualFold(scheme, "bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "..."
	}
	return s
}
