package plan

// The codes of findings. They are stable: scripts match them.
const (
	codeUnreadable = "E_PLAN_UNREADABLE"
	codeMissing    = "E_PLAN_MISSING"
	codeYAML       = "E_PLAN_YAML"
	codeAlias      = "E_PLAN_ALIAS"
	codeSize       = "E_PLAN_SIZE"
	codeOutside    = "E_PLAN_OUTSIDE"
	codeKey        = "E_PLAN_KEY"
	codeValue      = "E_PLAN_VALUE"
	codeText       = "E_PLAN_TEXT"
	codeDuplicate  = "E_PLAN_DUPLICATE"
	codeTier       = "E_PLAN_TIER"
	codeDepKind    = "E_PLAN_DEP_KIND"
	codeIgnored    = "E_PLAN_IGNORED"
	codeFormat     = "E_PLAN_FORMAT"
	codeUnknownID  = "E_UNKNOWN_ID"
	codeDuration   = "E_DURATION"
	codeCycle      = "E_CYCLE"
	codeSecret     = "E_SECRET"

	codeUnit        = "E_UNIT"
	codeZone        = "E_ZONE"
	codeCurrency    = "E_BIA_CURRENCY"
	codeNotMonotone = "E_BIA_NOT_MONOTONE"
	codeNoBudget    = "E_SLO_NO_BUDGET"
	codeLoosens     = "E_WINDOW_LOOSENS"
	codeProcedure   = "E_WINDOW_PROCEDURE"
	codeTimeout     = "E_STEP_TIMEOUT"
	codeCommand     = "E_CMD_CHARS"
	codeFact        = "E_STEP_FACT"
	codeApprovals   = "E_PLAYBOOK_APPROVALS"
	codeStale       = "E_PLAYBOOK_STALE"
	codeContacts    = "E_VENDOR_STALE"
	codeFuture      = "E_FUTURE"
	codeNoOverride  = "E_NO_OVERRIDE"
	codeDrift       = "E_SCRIPT_DRIFT"
	codeClause      = "E_CLAUSE_REF"
)

// A CodeMeaning explains one code of a finding.
type CodeMeaning struct {
	Code  string
	Means string
}

// Codes lists the codes a plan check may report, for the docs.
var Codes = []CodeMeaning{
	{codeUnreadable, "The plan's folder or one of its files cannot be read."},
	{codeMissing, "A file or a field that must be there is not."},
	{codeYAML, "The file is not the kind of YAML a plan is written in."},
	{codeAlias, "The file uses a YAML alias. A plan spells everything out, so that no file can grow when it is read."},
	{codeSize, "A file is larger than 1 MiB, or the plan larger than 64 MiB, 20,000 files or eight folders deep."},
	{codeOutside, "A link leads out of the plan's folder."},
	{codeKey, "A key is unknown, probably misspelt."},
	{codeValue, "A value is not of the kind that is wanted."},
	{codeText, "A text holds control, direction or private-use characters, which could hide what a reader sees."},
	{codeDuplicate, "An id, a key or a list entry is given twice."},
	{codeTier, "A service's recovery time objective is longer than its tier allows."},
	{codeDepKind, "A dependency does not say its kind and counts as hard."},
	{codeIgnored, "A file or folder is not read."},
	{codeFormat, "The file has Windows line ends or a byte order mark; it is read all the same."},
	{codeUnknownID, "A name is used that the plan does not define."},
	{codeDuration, "A duration has no unit, or is not one."},
	{codeCycle, "Services depend on each other in a circle, so that none can be recovered first."},
	{codeSecret, "A file holds what looks like a password, key or token."},
	{codeUnit, "An amount has no currency, or a number another unit than its key."},
	{codeZone, "A time does not say in which zone it is."},
	{codeCurrency, "A business impact analysis has amounts in several currencies."},
	{codeNotMonotone, "An impact falls as time passes."},
	{codeNoBudget, "An objective of 100 % leaves no error budget."},
	{codeLoosens, "A window lets a service stay away longer than it may anyway."},
	{codeProcedure, "A window demands an emergency procedure and names none."},
	{codeTimeout, "A step or a script has no timeout."},
	{codeCommand, "A command holds a character that is not seen, or is not what it looks like."},
	{codeFact, "A step wants a fact that its service does not give."},
	{codeApprovals, "A playbook has fewer approvals than it asks for."},
	{codeStale, "A playbook has not been reviewed for longer than the policy allows."},
	{codeContacts, "The contacts of a vendor have not been tried for longer than the policy allows, or never."},
	{codeFuture, "A date of something that has been done lies in the future."},
	{codeNoOverride, "A script has no manual twin."},
	{codeDrift, "A script is not the file that was reviewed."},
	{codeClause, "A clause of a contract is claimed without saying where it stands."},
}
