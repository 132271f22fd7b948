package config

// Setting is one thing an operator may set.
type Setting struct {
	Key     string // dotted, as the file nests it
	Default string // empty: none
	Expects string // what a value looks like
	Says    string // one sentence
}

// setting is a Setting with the field it fills.
type setting struct {
	Setting
	value value
}

// settings is the one table. A new setting is one row here and one field of
// Config.
func (c *Config) settings() []setting {
	var all []setting
	add := func(key, def string, v value, says string) {
		all = append(all, setting{Setting{key, def, v.expects(), says}, v})
	}
	add("plan.dir", "", path{&c.PlanDir}, "The folder of the continuity plan. It or plan.git.url is required.")
	add("plan.git.url", "", repository{&c.PlanGit.URL}, "The git repository of the plan, in place of plan.dir; docs/plan-git.md says more.")
	add("plan.git.branch", "main", text{&c.PlanGit.Branch}, "The branch whose commits come into force.")
	add("plan.git.dir", "", path{&c.PlanGit.Folder}, "The plan's folder within the repository; its root when left out.")
	add("plan.git.poll", "60s", length{&c.PlanGit.Poll, "1s", "1d"}, "How often the repository is asked.")
	add("plan.git.copy", "", path{&c.PlanGit.Copy}, "The folder of this replica's copy; beside a file store when left out.")
	add("plan.git.user", "holdfast", text{&c.PlanGit.User}, "Who Holdfast is at the repository; many hosts take any name beside a token, and want `git` for ssh.")
	add("plan.git.token", "", secret{&c.PlanGit.Token}, "The token or password for https.")
	add("plan.git.ssh_key", "", secret{&c.PlanGit.Key}, "The private key for ssh, in PEM and without a passphrase.")
	add("plan.git.known_hosts", "", path{&c.PlanGit.Hosts}, "The file of the hosts that are known, for ssh.")
	add("plan.git.signers", "", path{&c.PlanGit.Signers}, "A file of armoured OpenPGP keys; a commit comes into force only when one of them has signed it.")
	add("plan.git.approvals", "0", count{&c.PlanGit.Approvals, 0, 9}, "How many people besides its author must have approved a commit, by `Approved-by:` lines of its message.")

	add("store.url", "file:holdfast-data", place{&c.StoreURL}, "Where the journals are kept. A password belongs into store.password.")
	add("store.password", "", secret{&c.StorePassword}, "The password of the Redis user in store.url.")
	add("store.workspace", "main", name{&c.Workspace}, "Parts several Holdfasts in one Redis.")
	add("store.durability", "always", choice{&c.Durability, []string{"always", "replicated", "declared-always", "relaxed"}}, "What an acknowledged entry must survive; docs/redis.md says more.")
	add("store.timeout", "800ms", length{&c.StoreTimeout, "100ms", "2s"}, "How long one operation on Redis may take.")
	add("store.patience", "8s", length{&c.StorePatience, "1s", "9s"}, "How long a command is tried while the store does not answer. Its person is told after two seconds that it is being recorded.")

	add("replica.name", "", text{&c.ReplicaName}, "Names this replica among others; the host's name when left out.")
	add("lease.life", "15s", length{&c.LeaseLife, "1s", "5m"}, "How long the replica that performs effects may be silent before another takes over.")

	add("keys.dir", "", path{&c.KeysDir}, "The folder of the key that seals exports; beside a file store when left out.")
	add("archive.after", "", length{&c.ArchiveAfter, "1h", "3650d"}, "How long after its end an incident is moved from Redis into a file; never when left out.")
	add("archive.dir", "", path{&c.ArchiveDir}, "The folder for such files; one that every replica sees.")
	add("archive.url", "", place{&c.ArchiveURL}, "The Redis by a user who may archive; docs/redis.md says why that is another one.")
	add("archive.password", "", secret{&c.ArchivePassword}, "The password of that user.")

	add("listen.address", "127.0.0.1:8080", address{&c.ListenAddress, false}, "Where the API is served; port 0 takes a free one.")
	add("listen.certificate", "", path{&c.Certificate}, "The certificate for TLS, a PEM file.")
	add("listen.key", "", path{&c.Key}, "Its key, a PEM file that others may not read.")
	add("listen.client_ca", "", path{&c.ClientCA}, "Who signs the certificates of people: the common name is the person's id. A PEM file.")
	add("listen.behind_proxy", "false", flag{&c.BehindProxy}, "Serve plain HTTP to more than this machine, because a proxy in front speaks TLS.")
	add("listen.connections", "1000", count{&c.Connections, 10, 100000}, "How many connections are held at once; beyond it the one that has been idle longest is closed.")
	add("public_url", "", base{&c.PublicURL}, "Where people reach this server in a browser; then each incident's room has a bookmark that leads to its page.")
	add("operations.address", "127.0.0.1:8081", address{&c.OpsAddress, true}, "Where /healthz, /readyz and /metrics are served, without a token.")
	add("api.tokens", "", path{&c.Tokens}, "The file of the people's tokens; `holdfast token` writes its lines.")

	add("log.level", "info", choice{&c.LogLevel, []string{"debug", "info", "warn", "error"}}, "What is logged.")
	add("log.format", "text", choice{&c.LogFormat, []string{"text", "json"}}, "How it is logged.")

	add("slack.token", "", secret{&c.SlackToken}, "The Bot User OAuth Token of the app, xoxb-...; docs/slack.md makes one in ten minutes.")
	add("slack.signing_secret", "", secret{&c.SlackSigning}, "The app's signing secret, where Slack calls this server.")
	add("slack.signing_secret_old", "", secret{&c.SlackSigningOld}, "The secret before, while it is being replaced.")
	add("slack.app_token", "", secret{&c.SlackAppToken}, "An app-level token, xapp-..., where this server calls Slack (Socket Mode) and nothing has to be reachable.")
	add("slack.app_id", "", text{&c.SlackAppID}, "The app's id, A...; what is signed for another app is refused. Any app of the secret when left out.")
	add("slack.commands", "incident, inc", list{&c.SlackCommands, "incident, inc"}, "The slash commands that mean `/incident`, without the stroke.")
	add("slack.continuity_commands", "continuity, dr", list{&c.SlackContinuity, "continuity, dr"}, "The slash commands that mean `/continuity`, without the stroke.")
	add("slack.api", "", link{&c.SlackAPI}, "The base of Slack's Web API, where it is not Slack's own.")

	add("pager.url", "", link{&c.PagerURL}, "Who pages people: a webhook of your own, see docs/webhook.md. Beside PagerDuty, who is called when that does not accept a page.")
	add("pager.secret", "", secret{&c.PagerSecret}, "Signs what is sent to it.")
	add("pager.secret_old", "", secret{&c.PagerSecretOld}, "The secret before, while it is being replaced.")
	add("pagerduty.key", "", secret{&c.PagerDutyKey}, "The REST API key of PagerDuty, which then pages people; docs/pagerduty.md sets it up in ten minutes.")
	add("pagerduty.from", "", text{&c.PagerDutyFrom}, "The login mail of the PagerDuty user that Holdfast acts as.")
	add("pagerduty.service", "", text{&c.PagerDutyService}, "The id of the PagerDuty service on which pages are opened for teams and people.")
	add("pagerduty.routing_key", "", secret{&c.PagerDutyRouting}, "The key of an Events API v2 integration, for teams and services to which the plan gives no `pagerduty` id.")
	add("pagerduty.priorities", "", list{&c.PagerDutyPriorities, "PSEV1, PSEV2, PSEV3, PSEV4"}, "The ids of PagerDuty's priorities for SEV1 to SEV4; `holdfast doctor` lists those there are.")
	add("pagerduty.further", "incident", choice{&c.PagerDutyFurther, []string{"incident", "responders"}}, "How more people are called for an incident that has a page: each by an `incident` of their own, or as `responders` to the one there is.")
	add("pagerduty.region", "us", choice{&c.PagerDutyRegion, []string{"us", "eu"}}, "The service region of the account.")
	add("pagerduty.webhook_secret", "", secret{&c.PagerDutyHook}, "The signing secret of a webhook subscription to /webhooks/pagerduty; without one PagerDuty is only asked every minute.")
	add("pagerduty.webhook_secret_old", "", secret{&c.PagerDutyHookOld}, "The secret before, while it is being replaced.")
	add("pagerduty.api", "", link{&c.PagerDutyAPI}, "The base of PagerDuty's REST API, where it is not that of the region.")
	add("pagerduty.events", "", link{&c.PagerDutyEvents}, "The base of PagerDuty's Events API, where it is not that of the region.")
	add("tracker.url", "", link{&c.TrackerURL}, "Who keeps tickets: a webhook of your own.")
	add("tracker.secret", "", secret{&c.TrackerSecret}, "Signs what is sent to it.")
	add("tracker.secret_old", "", secret{&c.TrackerSecretOld}, "The secret before, while it is being replaced.")

	add("jira.url", "", link{&c.JiraURL}, "The base of the Jira that keeps tickets, in place of tracker.url; docs/jira.md leads to a first ticket.")
	add("jira.user", "", text{&c.JiraUser}, "Who Holdfast is there: the account's mail address on Cloud; left out where the token is a personal access token or an OAuth one.")
	add("jira.token", "", secret{&c.JiraToken}, "The account's API token, or personal access token.")
	add("jira.issue_type", "Task", text{&c.JiraType}, "The type of tickets.")
	add("jira.subtask_type", "Sub-task", text{&c.JiraSubType}, "The type of tickets below another one, which the plan's ticket.tasks asks for.")
	add("jira.resolution", "", text{&c.JiraResolution}, "The resolution that is given where a transition asks for one.")
	add("jira.webhook_secret", "", secret{&c.JiraHook}, "Signs what Jira sends to /webhooks/jira; without it changes are seen within a minute.")
	add("jira.webhook_secret_old", "", secret{&c.JiraHookOld}, "The secret before, while it is being replaced.")

	add("statuspage.page", "", text{&c.StatusPage}, "The id of the page at Atlassian Statuspage on which customers are told; docs/statuspage.md leads to a first notice.")
	add("statuspage.token", "", secret{&c.StatusPageToken}, "The API key of the Statuspage user that Holdfast acts as.")
	add("statuspage.quiet", "false", flag{&c.StatusPageQuiet}, "Write on the page only, and to none of its subscribers.")
	add("statuspage.api", "", link{&c.StatusPageAPI}, "The base of Statuspage's API, where it is not https://api.statuspage.io/v1.")

	add("mail.server", "", address{&c.MailServer, true}, "The mail server (SMTP) that takes mails for executives, see docs/mail.md.")
	add("mail.security", "starttls", choice{&c.MailSecurity, []string{"starttls", "tls", "none"}}, "How the way there is secured; `none` only to this machine.")
	add("mail.user", "", text{&c.MailUser}, "Who signs in there; nobody when left out.")
	add("mail.password", "", secret{&c.MailPassword}, "That user's password.")
	add("mail.from", "", text{&c.MailFrom}, "The address mails come from. What is answered to it nobody reads.")
	add("mail.direct", "false", flag{&c.MailDirect}, "Whether mails go to the server directly although `outbound.proxy` is given; else by a tunnel (CONNECT) through it.")
	add("mail.name", "Holdfast", text{&c.MailName}, "The sender's name, as readers see it.")

	add("outbound.allow", "", list{&c.OutboundAllow, "10.1.0.0/16, pager.internal"}, "Hosts and networks that may be called although they are private.")
	add("outbound.proxy", "", link{&c.OutboundProxy}, "The proxy for every call to the outside.")
	add("outbound.roots", "", path{&c.OutboundRoots}, "Certificates to trust in place of the machine's, a PEM file.")
	return all
}

// Settings lists every setting in the order of the docs.
func Settings() []Setting {
	var all []Setting
	for _, s := range new(Config).settings() {
		all = append(all, s.Setting)
	}
	return all
}
