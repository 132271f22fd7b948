package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"holdfast/cmd/holdfast/config"
	"holdfast/export"
	"holdfast/internal/clock"
	"holdfast/plan"
	"holdfast/web"
)

// soon is how long before an end somebody should know of it.
const soon = 14 * 24 * time.Hour

// keys looks at the key that seals exports.
func (d *doctor) keys() {
	dir := keysDir(d.config)
	key, err := export.ReadKey(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.warn("keys", "export key", "The first start makes one; copy it to every replica, and keep it.", "there is none in %s yet", dir)
		return
	case err != nil:
		d.refused("keys", "export key", err)
		return
	}
	d.pass("keys", "export key", "%s in %s; every replica should have the same", key.Fingerprint(), dir)
}

// doors looks at who can come in and how.
func (d *doctor) doors(p *plan.Plan) {
	if d.config.Certificate != "" {
		d.certificate()
	}
	if d.config.ClientCA != "" {
		d.authority()
	}
	if d.config.Tokens != "" {
		d.tokens(p)
	}
}

func (d *doctor) certificate() {
	const check = "listen.certificate"
	if key, err := os.Open(d.config.Key); err == nil {
		err := config.OnlyOwner(key)
		key.Close()
		if err != nil {
			d.refused("doors", "listen.key", err)
		}
	}
	pair, err := tls.LoadX509KeyPair(d.config.Certificate, d.config.Key)
	if err != nil {
		d.fail("doors", check, "Both are PEM files and belong together.", "the certificate and its key cannot be used: %v", err)
		return
	}
	d.until(check, "the certificate", pair.Leaf.NotAfter)
}

func (d *doctor) until(check, what string, end time.Time) {
	left := end.Sub(clock.System{}.Now())
	switch date := end.UTC().Format(time.DateOnly); {
	case left <= 0:
		d.fail("doors", check, "Renew it.", "%s has expired on %s", what, date)
	case left < soon:
		d.warn("doors", check, "Renew it.", "%s expires on %s", what, date)
	default:
		d.pass("doors", check, "%s is good until %s", what, date)
	}
}

func (d *doctor) authority() {
	const check = "listen.client_ca"
	text, err := os.ReadFile(d.config.ClientCA)
	if err != nil || !x509.NewCertPool().AppendCertsFromPEM(text) {
		d.fail("doors", check, "It is a PEM file of certificates.", "%s cannot be used", d.config.ClientCA)
		return
	}
	d.pass("doors", check, "people may come with certificates")
}

// tokens looks who could sign in today.
func (d *doctor) tokens(p *plan.Plan) {
	const check = "api.tokens"
	tokens, err := web.OpenTokens(d.config.Tokens, clock.System{})
	if err != nil {
		d.refused("doors", check, err)
		return
	}
	now := clock.System{}.Now()
	var strangers, ending []string
	good, commands := 0, false
	for _, g := range tokens.Grants() {
		x, known := plan.Person{}, true
		if p != nil {
			x, known = p.Person(g.Person)
		}
		switch left := g.Expires.Sub(now); {
		case left <= 0:
			continue
		case !known:
			strangers = append(strangers, g.Person)
		case left < soon:
			ending = append(ending, g.Person+" on "+g.Expires.UTC().Format(time.DateOnly))
		}
		good++
		commands = commands || x.In("commanders")
	}
	switch {
	case good == 0:
		d.fail("doors", check, "Make one: holdfast token PERSON --file "+d.config.Tokens, "no token in %s is good today", d.config.Tokens)
		return
	case p != nil && !commands && p.Policy.SlackGroups["commanders"] == "" && !slices.Contains(p.Unstaffed(), "commanders"):
		d.warn("doors", check, "Make a token for one of the group commanders.", "nobody who may command can sign in")
	default:
		d.pass("doors", check, "%d good today", good)
	}
	if len(strangers) > 0 {
		d.warn("doors", "strangers", "Remove their lines, or add them to the plan.", "the plan does not know %s, who may read all the same", strings.Join(strangers, ", "))
	}
	if len(ending) > 0 {
		d.warn("doors", "expiry", "Make new ones with `holdfast token`.", "tokens end soon: %s", strings.Join(ending, ", "))
	}
}
