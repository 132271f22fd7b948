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
	{codeSize, "The file is larger than 1 MiB."},
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
}
