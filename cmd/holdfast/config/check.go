package config

import (
	"net"
	"net/url"
	"strings"
)

// check looks at settings that must fit each other.
func (l *loading) check() {
	c := &l.config
	l.checkPlan()
	if (c.Certificate == "") != (c.Key == "") {
		l.report(l.at("listen.certificate"), "Give both, or neither.", "listen.certificate and listen.key go together.")
	}
	if c.ClientCA != "" && c.Certificate == "" {
		l.report(l.at("listen.client_ca"), "Give listen.certificate and listen.key too.", "Certificates of people need TLS.")
	}
	if !loopback(c.ListenAddress) {
		if c.Certificate == "" && !c.BehindProxy {
			l.report(l.at("listen.address"), "Give listen.certificate and listen.key, or set listen.behind_proxy where a proxy speaks TLS for it.",
				"%s can be reached by other machines and would speak plain HTTP.", c.ListenAddress)
		}
	}
	if c.Tokens == "" && c.ClientCA == "" {
		l.report(l.at("api.tokens"), "Give api.tokens or listen.client_ca.", "Nobody could sign in.")
	}
	if c.ArchiveAfter > 0 && c.ArchiveDir == "" {
		l.report(l.at("archive.after"), "Name the folder.", "archive.after needs archive.dir.")
	}
	if c.ArchiveAfter > 0 && strings.HasPrefix(c.StoreURL, "file:") {
		l.report(l.at("archive.after"), "Leave it out: a file store reads closed incidents only when somebody asks.", "Only what is kept in Redis is archived.")
	}
	if !strings.HasPrefix(c.StoreURL, "file:") && c.KeysDir == "" {
		l.report(l.at("keys.dir"), "Name a folder that is kept; every replica should have the same key.", "With Redis, keys.dir says where the key is that seals exports.")
	}
	if c.SlackToken.Given() && !c.SlackSigning.Given() && !c.SlackAppToken.Given() {
		l.report(l.at("slack.token"), "Give slack.signing_secret, where Slack calls this server; or slack.app_token, where it calls Slack.", "Nothing that people say in Slack would be heard.")
	}
	if !c.SlackToken.Given() && (c.SlackSigning.Given() || c.SlackAppToken.Given()) {
		l.report(l.at("slack.token"), "Give slack.token.", "Without its token nothing can be said in Slack.")
	}
	if c.MailServer != "" {
		if c.MailFrom == "" {
			l.report(l.at("mail.server"), "Give mail.from, such as holdfast@example.com.", "Mails need a sender.")
		}
		if (c.MailUser == "") != !c.MailPassword.Given() {
			l.report(l.at("mail.user"), "Give both, or neither.", "mail.user and mail.password go together.")
		}
		if c.MailSecurity == "none" && !loopback(c.MailServer) {
			l.report(l.at("mail.security"), "Use starttls or tls.", "Mails would go to %s in the clear.", c.MailServer)
		}
	}
	if c.PagerDutyKey.Given() && (c.PagerDutyFrom == "" || c.PagerDutyService == "") {
		l.report(l.at("pagerduty.key"), "Give pagerduty.from and pagerduty.service.", "PagerDuty opens nothing without a user who does it and a service to do it on.")
	}
	if !c.PagerDutyKey.Given() && (c.PagerDutyRouting.Given() || c.PagerDutyHook.Given()) {
		l.report(l.at("pagerduty.key"), "Give pagerduty.key.", "Without its REST API key nobody can look what became of a page in PagerDuty.")
	}
	switch {
	case c.JiraURL != "" && c.TrackerURL != "":
		l.report(l.at("jira.url"), "Leave out one of them.", "Tickets are kept in one place, and jira.url and tracker.url name two.")
	case c.JiraURL != "" && !c.JiraToken.Given():
		l.report(l.at("jira.url"), "Give jira.token.", "Nobody may open tickets in Jira without a token.")
	case c.JiraURL == "" && (c.JiraToken.Given() || c.JiraHook.Given() || c.JiraHookOld.Given()):
		l.report(l.at("jira.url"), "Give jira.url.", "It is not said where Jira is.")
	case c.JiraHookOld.Given() && !c.JiraHook.Given():
		l.report(l.at("jira.webhook_secret_old"), "Give jira.webhook_secret.", "Only the secret before is given.")
	}
	if c.StatusPage != "" && !c.StatusPageToken.Given() {
		l.report(l.at("statuspage.page"), "Give statuspage.token.", "Nobody may write on the status page without a key.")
	}
	if c.StatusPage == "" && c.StatusPageToken.Given() {
		l.report(l.at("statuspage.token"), "Give statuspage.page.", "It is not said which status page is meant.")
	}
	for _, w := range []struct {
		url, key string
		secret   Secret
	}{{c.PagerURL, "pager", c.PagerSecret}, {c.TrackerURL, "tracker", c.TrackerSecret}} {
		if w.url != "" && !w.secret.Given() {
			l.report(l.at(w.key+".url"), "Give "+w.key+".secret.", "%s.url needs a secret that signs what is sent.", w.key)
		}
	}
}

// checkPlan looks at where the plan is.
func (l *loading) checkPlan() {
	c := &l.config
	g := &c.PlanGit
	switch {
	case c.PlanDir == "" && g.URL == "":
		l.report(l.at("plan.dir"), "Name the folder of the plan; `holdfast init` begins one.", "No plan is named.")
		return
	case g.URL == "":
		for _, key := range []string{"plan.git.branch", "plan.git.dir", "plan.git.token", "plan.git.ssh_key", "plan.git.signers", "plan.git.approvals"} {
			if l.where[key] != "" {
				l.report(l.at(key), "Give plan.git.url, or leave it out.", "It is not said where the plan's repository is.")
				return
			}
		}
		return
	case c.PlanDir != "":
		l.report(l.at("plan.dir"), "Leave out one of them.", "The plan is in one place, and plan.dir and plan.git.url name two.")
	}
	scheme, _, _ := strings.Cut(g.URL, ":")
	if (scheme == "git" || scheme == "http") && !loopback(hostOf(g.URL)) {
		l.report(l.at("plan.git.url"), "Use https or ssh.", "The plan, and with http the token, would travel in the clear.")
	}
	if scheme == "ssh" && (!g.Key.Given() || g.Hosts == "") {
		l.report(l.at("plan.git.url"), "Give plan.git.ssh_key and plan.git.known_hosts.", "ssh needs a key and the hosts that are known.")
	}
	if scheme != "ssh" && g.Key.Given() {
		l.report(l.at("plan.git.ssh_key"), "Leave it out, or write ssh://HOST/PATH.", "A key is of use for ssh only.")
	}
	if scheme != "https" && scheme != "http" && g.Token.Given() {
		l.report(l.at("plan.git.token"), "Leave it out, or write https://HOST/PATH.", "A token is of use for https only.")
	}
	if dir, isFile := strings.CutPrefix(c.StoreURL, "file:"); g.Copy == "" && isFile {
		g.Copy = strings.TrimRight(dir, "/") + "-plan.git"
	}
	if g.Copy == "" {
		l.report(l.at("plan.git.copy"), "Name a folder that is kept; each replica has its own.", "With Redis, plan.git.copy says where the copy of the plan's repository is.")
	}
}

// hostOf returns the host of a URL as an address.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return net.JoinHostPort(u.Hostname(), "0")
}

// loopback says whether only this machine can reach an address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return true // reported where it was read
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
