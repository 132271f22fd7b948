package plan

import (
	"maps"
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/internal/nearest"
)

// Policy is every default that an organisation may tune. Each field has a
// dotted key, a default and a sentence in settings.go. It is a value: a copy is
// independent of its original. The zero Policy is not usable; start from
// DefaultPolicy.
type Policy struct {
	Zone string // IANA name in which wall-clock times are read and shown

	Cadence         map[string][4]time.Duration // audience -> SEV1..SEV4; zero means none is due
	CadenceReminder time.Duration               // before an update is due
	CadenceMissed   time.Duration               // after it is due, before it counts as missed

	CommandRemind         time.Duration
	CommandRed            time.Duration
	CommandSilent         time.Duration
	CommandSilentSeverity int // SEV1 up to this one; 0 means never
	OfferExpiry           time.Duration
	JoinWindow            time.Duration
	RepeatWindow          time.Duration

	CustomerLasting  time.Duration // an incident has lasted when customers are told every CustomerLater
	CustomerLater    time.Duration
	ApprovalExpiry   time.Duration
	StatusComponents map[string]string // service -> component of the status page; may be nil

	PageSeverity int    // SEV1 up to this one pages; 0 means never
	PageCommand  string // target, see Target; may be empty
	PageEscalate string // target; may be empty
	PageConfirm  time.Duration
	PageFallback []string // person ids; empty means the paged team
	PageMail     bool     // those of them whose address the plan has are told by mail as well
	PageNotes    string   // of what the pager's incidents are told: decisions, updates, all; empty means nothing

	FollowDigest time.Duration

	EffectStuck    time.Duration
	EffectDeadline time.Duration
	ChatGap        time.Duration

	TicketProject  string            // empty means no tickets
	TicketSeverity int               // SEV1 up to this one opens a ticket; 0 means never
	TicketTasks    bool              // each task has a ticket below the incident's
	TicketLink     bool              // the incident's ticket is tied to it
	TicketComments string            // of what tickets are told: decisions, updates, all; empty means ends only
	TicketMoves    map[string]string // turn of an incident or task -> the workflow's transition

	SlackGroups map[string]string // standing group -> the user group of Slack whose people are in it too

	RoomExec     string   // "#name"; empty means the incident's room
	MailExec     []string // addresses, and @person; empty means that nobody is mailed
	RoomAnnounce string   // "#name"; empty means nowhere
	RoomArchive  bool     // an incident's room is archived when it is closed

	RatingDeciders []string // person ids, first the one to ask first; empty means the executives
	ReviewDigest   string   // weekday; empty means no digest

	TitleMax int // runes
	TextMax  int // runes

	TierRTO  [5]time.Duration // the longest RTO a service of tier 0 to 4 may have
	TierRPO  [5]time.Duration // the same of the RPO; zero means what its dependants demand
	TierTest [5]int           // months between two tests of the recovery

	RTOClock       string         // impact or declared: from when the recovery time counts
	TightShare     float64        // percent of a deadline
	TeamSlotsUsual int            // see Slots
	TeamSlots      map[string]int // team id -> its own number; see Slots
	SlotsAll       int            // of all teams together; 0 means no limit

	BIAPoints       []time.Duration // ascending
	BIAUnacceptable int             // a level from 1 to 4

	RatingDue      int     // business days
	RatingCalendar string  // name of a holiday list; empty: every weekday counts
	RatingRatio    float64 // of two RTOs
	RiskAccept     int     // months, at most
	ReviewEvery    int     // months
	ReviewGrace    time.Duration
	ReviewChange   time.Duration
	PlaybookReview time.Duration
	VendorVerify   time.Duration

	CriteriaWindow time.Duration
	CriteriaVolume int     // requests
	CriteriaOutage float64 // percent
	CriteriaQuorum float64 // percent
	CriteriaHold   time.Duration

	ClockDueSoon      float64 // percent of the period
	ClockDueSoonLeast time.Duration
}

// DefaultPolicy returns the policy of a plan that sets nothing.
func DefaultPolicy() Policy {
	var p Policy
	for _, s := range p.settings() {
		if problem := s.value.set(s.Default); problem != "" {
			panic("plan: the default of " + s.Key + " is not valid: it must be " + problem)
		}
	}
	return p
}

// Set changes one setting. An unknown key is refused with E_UNKNOWN_ID and the
// nearest keys; a value that does not fit with E_DURATION or E_RANGE and what
// is expected. Teams and people in a value are not looked up; see
// Plan.WithSetting.
func (p *Policy) Set(key, value string) error {
	s, err := p.setting(key)
	if err != nil {
		return err
	}
	if expected := s.value.set(value); expected != "" {
		return fault.Newf(wrongValue(s.value), "Write "+expected+".", "%q does not fit the setting %s.", shown(value), key)
	}
	return nil
}

// Get returns a setting as Set would read it, or a refusal as of Set.
func (p Policy) Get(key string) (string, error) {
	s, err := p.setting(key)
	if err != nil {
		return "", err
	}
	return s.value.String(), nil
}

// Keys lists every setting with its default and what it means, in the order of
// the docs.
func (p Policy) Keys() []Setting {
	var all []Setting
	for _, s := range p.settings() {
		all = append(all, s.Setting)
	}
	return all
}

// refs returns what the value of a setting points at.
func (p Policy) refs(key string) []reference {
	s, err := p.setting(key)
	if err != nil {
		return nil
	}
	switch v := s.value.(type) {
	case target:
		if *v.at == "" {
			return nil
		}
		k, id := splitTarget(*v.at)
		return []reference{{k, id}}
	case holidayList:
		if *v.at == "" {
			return nil
		}
		return []reference{{calendar, *v.at}}
	case teamSlots:
		return []reference{{team, v.team}}
	case people:
		var refs []reference
		for _, id := range *v.at {
			refs = append(refs, reference{person, id})
		}
		return refs
	case readers:
		var refs []reference
		for _, one := range *v.at {
			if id, is := strings.CutPrefix(one, "@"); is {
				refs = append(refs, reference{person, id})
			}
		}
		return refs
	case components:
		var refs []reference
		for _, id := range slices.Sorted(maps.Keys(*v.at)) {
			refs = append(refs, reference{service, id})
		}
		return refs
	}
	return nil
}

// setting finds one row of the table, bound to p.
func (p *Policy) setting(key string) (boundSetting, error) {
	all := p.settings()
	at := slices.IndexFunc(all, func(s boundSetting) bool { return s.Key == key })
	if at >= 0 {
		return all[at], nil
	}
	if s, ok := p.slotsSetting(key); ok {
		return s, nil
	}
	return boundSetting{}, fault.Newf(fault.UnknownID, nearest.Sentence(key, settingKeys(), "`docs/policy.md` lists the settings."),
		"There is no setting %q.", shown(key))
}

func settingKeys() []string {
	var keys []string
	for _, s := range DefaultPolicy().Keys() {
		keys = append(keys, s.Key)
	}
	return keys
}

// PolicyReference returns docs/policy.md: every setting with its default and
// meaning.
func PolicyReference() string {
	var b strings.Builder
	b.WriteString("# Policy settings\n\n" +
		"What `policy.yaml` of a plan may set, and a rehearsal with `set KEY VALUE`. In `policy.yaml` the parts of a key may be nested:\n\n" +
		"```yaml\ncadence:\n  exec:\n    sev1: 30m\n```\n\n" +
		"| Setting | Default | Value | What it does |\n| --- | --- | --- | --- |\n")
	for _, s := range DefaultPolicy().Keys() {
		value := s.Default
		if value == "" {
			value = "none"
		}
		b.WriteString("| `" + s.Key + "` | `" + value + "` | " + s.Expects + " | " + s.Doc + " |\n")
	}
	b.WriteString("| `" + slotsOf + "TEAM` | `slots.team` | " + teamSlots{}.expects() + " | How many services the team of this id recovers at a time. |\n")
	return b.String()
}
