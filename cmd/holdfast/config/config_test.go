package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// load writes a file and loads it under an environment.
func load(t *testing.T, text string, env map[string]string) (Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "holdfast.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, func(name string) string { return env[name] })
	var found Problems
	if errors.As(err, &found) {
		for i := range found {
			found[i].Where = strings.TrimPrefix(found[i].Where, filepath.ToSlash(filepath.Dir(path))+"/")
		}
		err = found
	}
	return c, err
}

const least = "plan: {dir: plan}\napi: {tokens: tokens}\n"

func TestAFileThatSaysLittleGetsTheDefaults(t *testing.T) {
	c, err := load(t, least, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.PlanDir != "plan" || c.StoreURL != "file:holdfast-data" || c.Durability != "always" || c.StoreTimeout != 800*time.Millisecond ||
		c.LeaseLife != 15*time.Second || c.ListenAddress != "127.0.0.1:8080" || c.Connections != 1000 || c.BehindProxy || c.ArchiveAfter != 0 {
		t.Errorf("got %+v", c)
	}
}

// inGit is the least that is said of a plan in a repository.
func inGit(url string) string {
	return "plan.git.url: \"" + url + "\"\napi: {tokens: tokens}\n"
}

func TestAPlanInARepositoryGetsItsDefaults(t *testing.T) {
	c, err := load(t, inGit("https://git.example.com/continuity.git")+"store: {url: \"file:data/\"}\nplan: {git: {token: env:TOKEN}}\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	g := c.PlanGit
	if g.Branch != "main" || g.Poll != time.Minute || g.Folder != "" || g.User != "holdfast" || g.Copy != "data-plan.git" || !g.Token.Given() || g.Approvals != 0 {
		t.Errorf("got %+v", g)
	}
	for _, url := range []string{"git://127.0.0.1:9418/plan.git", "http://localhost:3000/plan.git", "file:///srv/plan.git"} {
		if _, err := load(t, inGit(url), nil); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestAPublicAddressIsKeptWithoutItsLastStroke(t *testing.T) {
	c, err := load(t, least+"public_url: https://example.com/holdfast/\n", nil)
	if err != nil || c.PublicURL != "https://example.com/holdfast" {
		t.Errorf("%q, %v", c.PublicURL, err)
	}
}

func TestTheEnvironmentGoesBeforeTheFile(t *testing.T) {
	c, err := load(t, least+"store:\n  url: redis://holdfast@redis:6379\nkeys:\n  dir: keys\nlease:\n  life: 5s\n", map[string]string{
		"HOLDFAST_LEASE_LIFE": "1s", "HOLDFAST_OPERATIONS_ADDRESS": "none", "HOLDFAST_OUTBOUND_ALLOW": "10.0.0.0/8, pager.internal",
		"HOLDFAST_STORE_PASSWORD": "sesame-9",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.LeaseLife != time.Second || c.OpsAddress != "" || strings.Join(c.OutboundAllow, " ") != "10.0.0.0/8 pager.internal" {
		t.Errorf("got %+v", c)
	}
	if got, err := c.StorePassword.Fetch(t.Context(), func(string) string { return "sesame-9" }); err != nil || got != "sesame-9" || strings.Contains(c.StorePassword.String(), "sesame") {
		t.Errorf("the password is %q by %s, %v", got, c.StorePassword, err)
	}
}

// mails is where mails go.
const mails = "mail:\n  server: mail.example.com:587\n  from: holdfast@example.com\n"

func TestMailsMayGoOutInEveryWayThatIsSafe(t *testing.T) {
	for _, text := range []string{
		mails, mails + "  security: tls\n", mails + "  user: holdfast\n  password: env:MAIL_PASSWORD\n",
		"mail: {server: \"127.0.0.1:25\", from: holdfast@example.com, security: none}\noutbound: {proxy: \"http://proxy.example.com:3128\"}\n",
		mails + "outbound: {proxy: \"http://proxy.example.com:3128\"}\n", mails + "  direct: true\noutbound: {proxy: \"http://proxy.example.com:3128\"}\n",
	} {
		if _, err := load(t, least+text, nil); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestWhatIsWrongIsToldAllAtOnceWithItsPlace(t *testing.T) {
	for sentence, x := range map[string]struct {
		text string
		env  map[string]string
		want []string
	}{
		"an unknown key":   {text: least + "store:\n  ulr: file:x\n", want: []string{"holdfast.yaml:4: There is no setting store.ulr. Did you mean store.url?"}},
		"an unknown group": {text: least + "storage:\n  url: file:x\n", want: []string{"holdfast.yaml:3: There is no setting storage."}},
		"a password in the address": {text: least + "keys: {dir: k}\nstore:\n  url: redis://holdfast:sesame9@redis:6379\n",
			want: []string{"holdfast.yaml:5: store.url: the address holds a password."}},
		"a secret as it is": {text: least + "keys: {dir: k}\nstore:\n  url: redis://r:6379\n  password: sesame-sesame-9\n",
			want: []string{"holdfast.yaml:6: store.password: a secret does not belong into the file"}},
		"a secret in another place": {text: least + "replica:\n  name: \"token=ghp_0123456789abcdefghijklmnopqrstuvwxyz\"\n",
			want: []string{"holdfast.yaml:4: replica.name: this looks like a secret"}},
		"a duration without a unit": {text: least + "lease: {life: 15}\n", want: []string{"holdfast.yaml:3: lease.life:"}},
		"a duration out of bounds":  {text: least + "lease: {life: 2h}\n", want: []string{"holdfast.yaml:3: lease.life: 2h is not a duration from 1s to 5m."}},
		"several things": {text: "listen:\n  address: somewhere\n  connections: many\nlog: {level: loud}\n",
			want: []string{"holdfast.yaml:2: listen.address:", "holdfast.yaml:3: listen.connections:", "holdfast.yaml:4: log.level:", "No plan is named.", "Nobody could sign in."}},
		"a setting given twice":    {text: least + "store.url: file:a\nstore: {url: file:b}\n", want: []string{"store.url is given twice, first in"}},
		"a group without its keys": {text: least + "store: file:x\n", want: []string{"There is no setting store."}},
		"no mapping at all":        {text: "- plan\n", want: []string{"holdfast.yaml:1: Settings are wanted here"}},
		"no YAML":                  {text: "plan: [\n", want: []string{"holdfast.yaml: The file is not YAML"}},
		"a variable": {text: least, env: map[string]string{"HOLDFAST_STORE_DURABILITY": "never"},
			want: []string{`HOLDFAST_STORE_DURABILITY: store.durability: "never" is not among the choices. One of always`}},
		"plain HTTP for everybody":               {text: least + "listen: {address: \"0.0.0.0:8080\"}\n", want: []string{"would speak plain HTTP"}},
		"half of TLS":                            {text: least + "listen: {certificate: c.pem}\n", want: []string{"go together"}},
		"a pager without a secret":               {text: least + "pager: {url: \"https://pager.example.com\"}\n", want: []string{"pager.url needs a secret"}},
		"Redis without a key folder":             {text: least + "store: {url: \"redis://r:6379\"}\n", want: []string{"keys.dir"}},
		"a public address with more than a path": {text: least + "public_url: https://holdfast.example.com/?a=b\n", want: []string{"holdfast.yaml:3: public_url: a path cannot be put behind it."}},
		"a public address without a host":        {text: least + "public_url: holdfast.example.com\n", want: []string{"public_url: that is no address people could open."}},
		"mails without a sender":                 {text: least + "mail: {server: \"mail.example.com:587\"}\n", want: []string{"holdfast.yaml:3: Mails need a sender. Give mail.from"}},
		"half of signing in to the mails":        {text: least + mails + "  user: holdfast\n", want: []string{"holdfast.yaml:6: mail.user and mail.password go together. Give both, or neither."}},
		"a password for nobody":                  {text: least + mails + "  password: env:MAIL_PASSWORD\n", want: []string{"mail.user and mail.password go together."}},
		"a password of mails as it is":           {text: least + mails + "  user: holdfast\n  password: sesame-sesame-9\n", want: []string{"holdfast.yaml:7: mail.password: a secret does not belong into the file"}},
		"mails in the clear":                     {text: least + mails + "  security: none\n", want: []string{"holdfast.yaml:6: Mails would go to mail.example.com:587 in the clear. Use starttls or tls."}},
		"mails secured in a way of their own":    {text: least + mails + "  security: ssl\n", want: []string{`holdfast.yaml:6: mail.security: "ssl" is not among the choices.`}},
		"a mail server without a port":           {text: least + "mail:\n  server: mail.example.com\n  from: a@example.com\n", want: []string{"holdfast.yaml:4: mail.server:"}},
		"mails directly, perhaps":                {text: least + mails + "  direct: perhaps\n", want: []string{"holdfast.yaml:6: mail.direct:"}},
		"an archive of a file store":             {text: least + "archive: {after: 90d, dir: old}\n", want: []string{"Only what is kept in Redis is archived."}},
		"a plan in two places":                   {text: "plan: {dir: plan, git: {url: \"https://git.example.com/plan.git\"}}\napi: {tokens: t}\n", want: []string{"name two"}},
		"a plan nowhere, with a branch":          {text: least + "plan.git.branch: trunk\n", want: []string{"It is not said where the plan's repository is."}},
		"a plan over git for all to see":         {text: inGit("git://git.example.com/plan.git"), want: []string{"would travel in the clear. Use https or ssh."}},
		"a plan over plain HTTP":                 {text: inGit("http://git.example.com/plan.git"), want: []string{"would travel in the clear"}},
		"a plan over ssh without a key":          {text: inGit("ssh://git.example.com/plan.git"), want: []string{"ssh needs a key and the hosts that are known"}},
		"a token in the plan's address":          {text: inGit("https://me:sesame9@git.example.com/plan.git"), want: []string{"plan.git.url: the address holds a user or password"}},
		"a plan at an address of git's own kind": {text: inGit("git@git.example.com:plan.git"), want: []string{"plan.git.url: that is no address of a repository."}},
		"a plan in a file of another machine":    {text: inGit("file://host/plan.git"), want: []string{"that is no address of a repository."}},
		"a token for a file":                     {text: inGit("file:///plan.git") + "plan.git.token: env:TOKEN\n", want: []string{"A token is of use for https only."}},
		"a key for https":                        {text: inGit("https://git.example.com/plan.git") + "plan.git.ssh_key: env:KEY\n", want: []string{"A key is of use for ssh only."}},
		"a plan in git and journals in Redis":    {text: inGit("https://git.example.com/plan.git") + "keys: {dir: k}\nstore: {url: \"redis://r:6379\"}\n", want: []string{"plan.git.copy says where"}},
	} {
		_, err := load(t, x.text, x.env)
		if err == nil {
			t.Errorf("%s was taken", sentence)
			continue
		}
		for _, want := range x.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: want %q in\n%v", sentence, want, err)
			}
		}
		if strings.Contains(err.Error(), "sesame") || strings.Contains(err.Error(), "ghp_") {
			t.Errorf("%s: the secret is told:\n%v", sentence, err)
		}
	}
}

func TestASecretIsFetchedAndNeverTold(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	env := func(name string) string { return map[string]string{"P": "from-env\n"}[name] }
	for ref, want := range map[string]string{
		"env:P": "from-env", "file:" + file("mine", "from-file\r\n", 0o640): "from-file", "exec:echo from-exec": "from-exec",
	} {
		if got, err := (Secret{ref}).Fetch(t.Context(), env); err != nil || got != want {
			t.Errorf("%s gave %q, %v", ref, got, err)
		}
	}
	for ref, want := range map[string]string{
		"env:NOWHERE":                               "is empty",
		"file:" + file("all", "s3cret", 0o644):      "can be read by everybody (mode 0644)",
		"file:" + file("none", "", 0o600):           "is empty",
		"file:" + filepath.Join(dir, "missing"):     "cannot be read",
		"exec:false":                                "failed",
		"exec:/no/such/program --password s3cret-x": "failed",
	} {
		_, err := (Secret{ref}).Fetch(t.Context(), env)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s gave %v", ref, err)
		}
	}
}

func FuzzAnyFileIsReadOrRefused(f *testing.F) {
	f.Add(least)
	f.Add("store: &a {url: *a}")
	f.Add("? [a, b]\n: c")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "c.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path, func(string) string { return "" }); err != nil && !errors.As(err, new(Problems)) {
			t.Error(err)
		}
	})
}
