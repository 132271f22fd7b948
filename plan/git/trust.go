package git

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/go-git/go-git/v5/plumbing/object"

	"holdfast/internal/fault"
	"holdfast/plan"
)

// The codes of what is wrong with a commit, whatever its files say.
const (
	codeSignature = "E_PLAN_SIGNATURE"
	codeApprovals = "E_PLAN_APPROVALS"
	codeDirty     = "E_PLAN_DIRTY"
)

// Codes lists them, for the docs.
var Codes = []plan.CodeMeaning{
	{Code: codeSignature, Means: "The commit is not signed by one of the keys in plan.git.signers."},
	{Code: codeApprovals, Means: "Fewer people than plan.git.approvals asks for have approved the commit; who has written it does not count."},
	{Code: codeDirty, Means: "The plan's folder lies in a git work tree and differs from its last commit."},
}

// Keys parts the text of a file of armoured OpenPGP keys; each is read once, so
// that one that cannot be used is named before anybody depends on it.
func Keys(text string) ([]string, error) {
	const end = "-----END PGP PUBLIC KEY BLOCK-----"
	var all []string
	for {
		key, rest, more := strings.Cut(text, end)
		if !more {
			break
		}
		key += end
		if _, err := openpgp.ReadArmoredKeyRing(strings.NewReader(key)); err != nil {
			return nil, fault.Newf(fault.Usage, "`gpg --export --armor` writes such keys.", "Key %d of plan.git.signers cannot be read.", len(all)+1)
		}
		all, text = append(all, key), rest
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Usage, "The file of plan.git.signers holds no OpenPGP key.", "`gpg --export --armor` writes such keys.")
	}
	return all, nil
}

// trusted says what is missing of what a commit needs besides a plan that is in
// order.
func (r *Repository) trusted(c *object.Commit) []plan.Finding {
	var found []plan.Finding
	if len(r.o.Signers) > 0 {
		if _, signed := r.signer(c); !signed {
			found = append(found, plan.Finding{Code: codeSignature, Level: plan.Error, File: ".",
				Message: fmt.Sprintf("The commit %s is not signed by a known key.", plan.ShortCommit(c.Hash.String())),
				Fix:     "Sign it with a key of plan.git.signers, or add the signer's key there."})
		}
	}
	if have := Approvers(c.Author, c.Message); len(have) < r.o.Approvals {
		found = append(found, plan.Finding{Code: codeApprovals, Level: plan.Error, File: ".",
			Message: fmt.Sprintf("The commit %s is approved by %d of %d.", plan.ShortCommit(c.Hash.String()), len(have), r.o.Approvals),
			Fix:     "Others than its author approve it by a line `Approved-by: NAME <MAIL>` in its message."})
	}
	return found
}

// signer returns who has signed a commit, where that is one of the known keys.
func (r *Repository) signer(c *object.Commit) (who string, signed bool) {
	if c.PGPSignature == "" {
		return "", false
	}
	for _, key := range r.o.Signers {
		by, err := c.Verify(key)
		if err != nil {
			continue
		}
		for name := range by.Identities {
			who = name
		}
		return who, true
	}
	return "", false
}

// trailer is a line of a commit's message by which somebody stands for it.
var trailer = regexp.MustCompile(`(?mi)^(approved|reviewed|co-authored)-by: *([^<>\n]*?) *<([^<> \n]+)> *\r?$`)

// Approvers returns the mail addresses of those who have approved a commit by a
// trailer of its message, `Approved-by:` or `Reviewed-by:`, in that order; each
// name and each address once. Who has written it does not count: its author, also by another
// address under the same name, and whoever `Co-authored-by:` names.
func Approvers(author object.Signature, message string) []string {
	names, mails := []string{folded(author.Name)}, []string{folded(author.Email)}
	said := trailer.FindAllStringSubmatch(message, -1)
	for _, m := range said {
		if strings.EqualFold(m[1], "co-authored") {
			names, mails = append(names, folded(m[2])), append(mails, folded(m[3]))
		}
	}
	var all []string
	for _, m := range said {
		name, mail := folded(m[2]), folded(m[3])
		if slices.Contains(mails, mail) || name != "" && slices.Contains(names, name) {
			continue
		}
		all, names, mails = append(all, mail), append(names, name), append(mails, mail)
	}
	return all
}

// folded is a name or an address as two of them are compared.
func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
