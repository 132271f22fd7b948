package incident

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"holdfast/internal/fault"
)

// Component is a service as customers know it: its place on the status page.
type Component struct {
	ID   string `json:"id"` // the page's
	Name string `json:"name,omitempty"`
}

// Public is what customers see around the text of an update. It is fixed when
// the text is put up for approval: that is what the second person has seen.
type Public struct {
	Name       string            `json:"name"`   // the headline
	Status     string            `json:"status"` // as the page words it
	Components map[string]string `json:"components,omitempty"`
	Round      int               `json:"round,omitempty"` // how often customers have been told before that it is over
}

// OnPageResolved is the status of a status page on which an incident is over.
const OnPageResolved = "resolved"

// pageStatus words a phase as status pages do: they know no recovery, during
// which the cause is identified.
func pageStatus(phase string) string {
	switch phase {
	case Recovering:
		return Identified
	case PhaseResolved, PhaseClosed:
		return OnPageResolved
	}
	return phase
}

// public says what customers would see now. The title of an incident is ours:
// it may name hosts and people, and never stands on the page.
func (s State) public() *Public {
	p := &Public{Name: "Service disruption", Status: pageStatus(s.Phase)}
	var names []string
	for _, service := range s.Services {
		c, ok := s.Terms.Components[service]
		if !ok {
			continue
		}
		if p.Components == nil {
			p.Components = map[string]string{}
		}
		p.Components[c.ID] = s.componentStatus()
		if c.Name != "" && !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	if len(names) > 0 && !s.Private {
		p.Name = "Disruption of " + strings.Join(names, ", ")
	}
	if runes := []rune(p.Name); len(runes) > 120 {
		p.Name = string(runes[:119]) + "…"
	}
	for _, u := range s.Sent {
		if u.Public != nil && u.Public.Status == OnPageResolved {
			p.Round++
		}
	}
	return p
}

// componentStatus says how a service stands, as status pages word it.
func (s State) componentStatus() string {
	switch {
	case pageStatus(s.Phase) == OnPageResolved:
		return "operational"
	case s.Health == "degraded" || s.Phase == Monitoring || s.Severity > 2:
		return "degraded_performance"
	case s.Severity == 2:
		return "partial_outage"
	}
	return "major_outage"
}

// owedToCustomers: customers wait for news of what they can see.
func (s State) owedToCustomers() bool {
	return slices.ContainsFunc(s.Services, func(service string) bool { _, ok := s.Terms.Components[service]; return ok })
}

// SentUpdate returns an update that went out.
func (s State) SentUpdate(id string) (Sent, bool) {
	if i := slices.IndexFunc(s.Sent, func(u Sent) bool { return u.ID == id }); i >= 0 {
		return s.Sent[i], true
	}
	return Sent{}, false
}

// OnPage is what customers have been told last, and read now.
type OnPage struct {
	ID     string `json:"id"` // the page's name for the incident
	Update string `json:"update"`
	Status string `json:"status"`
	Seq    uint64 `json:"seq"` // the entry that says that it is there
}

var (
	// A sentence that says that it is over, or when it will be; and one that
	// takes it back, or puts it off.
	claimsOver = regexp.MustCompile(`(?i)(?:^|\b(?:is|are|was|were|been|now|fully|completely|status:?)\s+)resolved\b`)
	notYet     = regexp.MustCompile(`(?i)\b(?:not|never|until|till|once|when|if|after|before|unless)\b|n['’]t\b`)
	promise    = regexp.MustCompile(`(?i)\b(?:resolved?|fix(?:ed)?|restored?|repaired|back|available|over|working|done)\b[^.!?]{0,40}\b(?:in|within|by|at|before)\s+(?:about\s+|around\s+|approximately\s+|the\s+next\s+)?(?:(?:an?|half|[0-9][0-9:.]*)\s*[a-z]*|noon|midnight|tonight|tomorrow)\b|\bETA\b`)
	sentences  = regexp.MustCompile(`[.!?]+(?:\s|$)|\n+`)

	address  = regexp.MustCompile(`\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b|\b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}\b`)
	inside   = regexp.MustCompile(`(?i)\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:internal|local|localdomain|lan|corp|intra|intranet|private|svc|arpa)\b`)
	markup   = regexp.MustCompile(`</?[A-Za-z!][^>]*>?`)
	ownWords = regexp.MustCompile(`[-_0-9]`)
)

// Promises finds sentences that promise when it will be over: who is told a time
// that passes believes nothing afterwards.
func Promises(text string) []string {
	var found []string
	for _, sentence := range sentences.Split(text, -1) {
		if m := promise.FindString(sentence); m != "" {
			found = append(found, fmt.Sprintf("It promises a time: %q. Say what is being done and when the next update comes.", strings.TrimSpace(m)))
		}
	}
	return found
}

// over says whether a text tells its readers that it is over.
func over(text string) bool {
	return slices.ContainsFunc(sentences.Split(text, -1), func(sentence string) bool {
		return claimsOver.MatchString(strings.TrimSpace(sentence)) && !notYet.MatchString(sentence) && !promise.MatchString(sentence)
	})
}

// mayBePublic refuses a text that tells customers what is not so, or what is
// nobody's business outside. internal are the services that no page shows: their
// ids are taken for names of ours where they do not look like ordinary words.
func (s State) mayBePublic(text string, internal []string) error {
	if over(text) && s.Phase != PhaseResolved {
		return fault.Newf(fault.StateConflict, "`/incident resolve \"...\"` comes first; or say what is done instead.", "The text says that it is resolved, and %s is %s.", s.ID, s.Phase)
	}
	if tag := markup.FindString(text); tag != "" {
		return fault.Newf(fault.Range, "Write it in plain words.", "%q may be read as markup where customers read it.", tag)
	}
	leak := address.FindString(text)
	if leak == "" {
		leak = inside.FindString(text)
	}
	for _, id := range internal {
		_, shown := s.Terms.Components[id]
		if leak == "" && !shown && ownWords.MatchString(id) {
			leak = regexp.MustCompile(`(?i)(?:^|[^A-Za-z0-9_-])` + regexp.QuoteMeta(id) + `[A-Za-z0-9_.-]*`).FindString(text)
		}
	}
	if leak != "" {
		return fault.Newf(fault.Leak, "Say it in the words that customers use.", "%q is a name from inside.", strings.Trim(leak, " \t\n.,;:!?()\"'"))
	}
	return nil
}

// contradicts refuses a yes to what was true when it was asked, and is not now.
func (s State) contradicts(p Approval) error {
	then, now := "", pageStatus(s.Phase)
	if p.Public != nil {
		then = p.Public.Status
	}
	if then == now || then != OnPageResolved && now != OnPageResolved {
		return nil
	}
	return fault.Newf(fault.StateConflict, fmt.Sprintf("`/incident update \"...\" audience:%s` asks with a text that fits.", p.Audience),
		"%s would tell customers %q, and %s is %s since.", p.ID, then, s.ID, s.Phase)
}
