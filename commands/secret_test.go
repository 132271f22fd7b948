package commands_test

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/incident"
	"holdfast/internal/fault"
)

const (
	pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAxyz\n-----END RSA PRIVATE KEY-----"
	jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijk"
)

func TestASecretIsTakenOutAndThePersonIsTold(t *testing.T) {
	for name, c := range map[string]struct{ words, secret string }{
		"a password in a note":     {`note "the password: hunter2 was in the log"`, "hunter2"},
		"without quotation marks":  {`note the password is hunter2, password: hunter2`, ": hunter2"},
		"a token in a title":       {`edit title "bad token xoxb-123456789012-abcdefghijkl"`, "xoxb-"},
		"a token in a reason":      {`decide "rotate" because "` + jwt + `"`, jwt},
		"a URL's password":         {`note https://root:s3cr3t@db.example/x`, "s3cr3t"},
		"a key in a declaration":   {`declare "AKIAIOSFODNN7EXAMPLE leaked" sev:4`, "AKIAIOSFODNN7EXAMPLE"},
		"a secret in an update":    {`update "api_key=abcdef123456 leaked" audience:exec`, "abcdef123456"},
		"a secret in a page":       {`page team:dba "token: abcdef123456"`, "abcdef123456"},
		"a secret in a dry run":    {`note "password: hunter2" --dry-run`, "hunter2"},
		"a secret in what fails":   {`note "password: hunter2" colour:red`, "hunter2"},
		"a secret in a refusal":    {`phase "password:hunter2"`, "hunter2"},
		"a secret in half a form":  {`decide "the password: hunter2 leaked"`, "hunter2"},
		"a secret that is no verb": {`password: hunter2`, "hunter2"},
	} {
		t.Run(name, func(t *testing.T) {
			d := declared(t)
			d.later(2 * minute)
			a := d.say("alice", war, c.words).says("secret", "change it").hides(c.secret)
			if f := a.form(); f != nil && strings.Contains(fmt.Sprint(f), c.secret) {
				t.Errorf("the form holds it: %+v", f)
			}
			if all := strings.Join(d.stored(), "\n"); strings.Contains(all, c.secret) {
				t.Errorf("it is stored: %s", all)
			}
			for _, e := range d.reached {
				if strings.Contains(e.Text, c.secret) {
					t.Errorf("it has gone out: %+v", e)
				}
			}
		})
	}
}

func TestAButtonCarriesNoSecret(t *testing.T) {
	d := declared(t)
	a := d.refused(fault.Missing, "bob", ops, `note "password: hunter2 in the log"`).says("secret", "change it")
	if b := a.Reply.Message.Buttons()[0]; strings.Contains(b.Command, "hunter2") {
		t.Errorf("the button says %q", b.Command)
	}
	d.click("bob", "INC-1").accepted()
	if n := d.last("note.added").Fact.(*incident.NoteAdded); n.Text != "password: [redacted password] in the log" {
		t.Errorf("recorded %q", n.Text)
	}
}

func TestASecretInAFormIsTakenOut(t *testing.T) {
	d := declared(t)
	d.say("alice", war, "note").asked()
	d.submit("alice", map[string]string{"text": "found\n" + pem + "\nin the repository, and password=\"two words\" too"}).accepted().says("secret")
	n := d.last("note.added").Fact.(*incident.NoteAdded)
	for _, secret := range []string{"MIIE", "two words"} {
		if strings.Contains(n.Text, secret) {
			t.Errorf("stored: %q", n.Text)
		}
	}
	if !strings.HasPrefix(n.Text, "found\n") || !strings.HasSuffix(n.Text, " too") {
		t.Errorf("more than the secrets is gone: %q", n.Text)
	}
}
