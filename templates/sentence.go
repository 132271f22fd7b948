package templates

import (
	"fmt"
	"strings"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/plan"
)

// Sentence says an entry in one line, as it stands in a timeline and in an
// exported record. Its words hold values: it enters a message as one value.
func Sentence(e journal.Entry) string {
	s := said(e)
	switch why := e.Because; {
	case why == incident.NoReason:
		s += " (" + why + ")"
	case why != "":
		s += ", because " + why
	}
	if e.Late() && e.Actor != journal.Bot {
		s += fmt.Sprintf(" (written down %s later)", span(e.Recorded.Sub(e.At)))
	}
	return s
}

func said(e journal.Entry) string {
	who := "@" + e.Actor
	if e.Actor == journal.Bot {
		who = "Holdfast"
	}
	switch f := e.Fact.(type) {
	case *journal.Requested:
		return who + " asked for " + EffectWords(f.Effect)
	case *journal.Settled:
		return settled(f)
	case *journal.Failed:
		return fmt.Sprintf("FAILED: %s: %s", keyWords(f.Key), f.Reason)
	case *journal.Abandoned:
		return fmt.Sprintf("No longer wanted: %s (%s)", keyWords(f.Key), f.Reason)
	case journal.Unknown:
		return fmt.Sprintf("%s recorded a fact of kind %s, which this version does not know", who, f.Of)
	}
	for _, say := range []func(string, journal.Entry) string{sayCourse, sayPeople, sayRecord, sayUpdates, sayReadiness, sayPlan} {
		if s := say(who, e); s != "" {
			return s
		}
	}
	return who + " recorded " + e.Fact.Kind()
}

func sayCourse(who string, e journal.Entry) string {
	switch f := e.Fact.(type) {
	case *incident.Declared:
		s := fmt.Sprintf("%s declared SEV%d: %s", who, f.Severity, f.Title)
		if f.Assumed {
			s = fmt.Sprintf("%s declared SEV%d (assumed): %s", who, f.Severity, f.Title)
		}
		if len(f.Services) > 0 {
			s += " (" + strings.Join(f.Services, ", ") + ")"
		}
		return s
	case *incident.Joined:
		return fmt.Sprintf("%s declared the same and joined: %s", who, f.Title)
	case *incident.Retitled:
		return fmt.Sprintf("%s changed the title to: %s", who, f.Title)
	case *incident.Rescoped:
		if f.Impact != nil {
			return fmt.Sprintf("%s described the impact: %s", who, *f.Impact)
		}
		return fmt.Sprintf("%s set the services to %s", who, strings.Join(f.Services, ", "))
	case *incident.SeveritySet:
		verb := "raised"
		if f.Severity > f.From {
			verb = "lowered"
		}
		return fmt.Sprintf("%s %s the severity from SEV%d to SEV%d", who, verb, f.From, f.Severity)
	case *incident.PhaseSet:
		return fmt.Sprintf("%s moved the phase from %s to %s", who, f.From, f.Phase)
	case *incident.TimeSet:
		return fmt.Sprintf("%s set %s to %s", who, f.Point, f.At.UTC().Format("2006-01-02 15:04Z"))
	case *incident.Resolved:
		return fmt.Sprintf("%s resolved it, restored at %s: %s", who, f.TR.UTC().Format("15:04Z"), f.Summary)
	case *incident.Verified:
		if f.Owner {
			return who + " verified it for the business"
		}
		return who + " verified it as a second person"
	case *incident.Reopened:
		return who + " opened it again"
	case *incident.Merged:
		return fmt.Sprintf("%s merged it into %s", who, f.Into)
	case *incident.RTOMissed:
		return fmt.Sprintf("%s came back after %s, later than its RTO of %s", f.Service, f.TTR, f.RTO)
	case *incident.Absorbed:
		s := fmt.Sprintf("@%s merged %s into it", f.By, f.From)
		if f.Title != "" {
			s += ": " + f.Title
		}
		return s
	case *incident.MadePrivate:
		return who + " made it private"
	case *incident.MadePublic:
		return who + " made it public"
	case *incident.Closed:
		if f.As != "" {
			return fmt.Sprintf("%s closed it as %s", who, f.As)
		}
		return who + " closed it"
	case *incident.AccessDenied:
		return fmt.Sprintf("@%s was refused `%s` (rule %s)", f.Person, f.Verb, f.Rule)
	case *incident.Opened:
		return fmt.Sprintf("%s opened %s", who, f.ID)
	case *incident.Ended:
		return fmt.Sprintf("%s is over", f.ID)
	case *incident.Resumed:
		return fmt.Sprintf("%s is open again", f.ID)
	case *incident.Withheld:
		return fmt.Sprintf("%s made %s private", who, f.ID)
	case *incident.Disclosed:
		return fmt.Sprintf("%s made %s public", who, f.ID)
	case *incident.Lost:
		return fmt.Sprintf("%s is lost: no entry of it can be read", f.ID)
	case *incident.Rebuilt:
		return fmt.Sprintf("the register was damaged behind entry %d and is rebuilt from %s", f.Kept, f.From)
	}
	return ""
}

func sayPeople(who string, e journal.Entry) string {
	switch f := e.Fact.(type) {
	case *incident.RoleOffered:
		return fmt.Sprintf("%s offered %s to @%s", who, f.Role, f.To)
	case *incident.RoleTaken:
		return fmt.Sprintf("@%s took the role of %s", f.Person, f.Role)
	case *incident.RoleDeclined:
		return fmt.Sprintf("@%s declined %s", f.Person, f.Role)
	case *incident.RoleLapsed:
		return fmt.Sprintf("The offer of %s to @%s lapsed (%s)", f.Role, f.To, f.Reason)
	case *incident.RoleDropped:
		return fmt.Sprintf("@%s gave up the role of %s", f.Person, f.Role)
	case *incident.CommandOffered:
		return fmt.Sprintf("%s offered command to @%s", who, f.To)
	case *incident.CommandAccepted:
		return fmt.Sprintf("@%s accepted command from @%s", f.Person, f.From)
	case *incident.CommandDeclined:
		return fmt.Sprintf("@%s declined command", f.Person)
	case *incident.CommandLapsed:
		return fmt.Sprintf("The offer of command to @%s lapsed (%s)", f.To, f.Reason)
	case *incident.CommandUnclaimed:
		return fmt.Sprintf("Command unclaimed for %d min%s; @%s is acting", f.Minutes, lateBy(f.Late), f.Acting)
	case *incident.FollowStarted:
		if f.Mail {
			return fmt.Sprintf("@%s follows it by mail", f.Person)
		}
		return fmt.Sprintf("@%s follows it", f.Person)
	case *incident.FollowEnded:
		return fmt.Sprintf("@%s follows it no longer", f.Person)
	case *incident.CommandSilent:
		return fmt.Sprintf("The commander @%s has been silent since %s%s", f.Person, f.Since.UTC().Format("15:04Z"), lateBy(f.Late))
	}
	return ""
}

func sayPlan(who string, e journal.Entry) string {
	switch f := e.Fact.(type) {
	case *incident.PlanPinned:
		if len(f.Changes) == 0 {
			return fmt.Sprintf("The plan %s is in force; for this it says the same as %s", plan.ShortCommit(f.InForce), plan.ShortCommit(f.Commit))
		}
		return fmt.Sprintf("The plan %s is in force; this goes on by %s. %s", plan.ShortCommit(f.InForce), plan.ShortCommit(f.Commit), strings.Join(f.Changes, "; "))
	case *incident.PlanAdopted:
		return fmt.Sprintf("%s adopted the plan %s in place of %s", who, plan.ShortCommit(f.Commit), plan.ShortCommit(f.From))
	}
	return ""
}

func sayRecord(who string, e journal.Entry) string {
	switch f := e.Fact.(type) {
	case *incident.DecisionMade:
		return fmt.Sprintf("%s decided %s: %s", who, f.ID, f.Text)
	case *incident.NoteAdded:
		if f.Tag != "" {
			return fmt.Sprintf("%s noted [%s]: %s", who, f.Tag, f.Text)
		}
		return fmt.Sprintf("%s noted: %s", who, f.Text)
	case *incident.EntryCorrected:
		return fmt.Sprintf("%s corrected #%d: %s", who, f.Supersedes, f.Text)
	case *incident.TaskAdded:
		return fmt.Sprintf("%s added task %s: %s%s%s", who, f.ID, f.Text, forOwner(f.Owner), dueAt(f.Due))
	case *incident.TaskDone:
		if f.Ticket != "" {
			return fmt.Sprintf("%s finished task %s in the tracker (%s)", f.By, f.ID, f.Ticket)
		}
		return fmt.Sprintf("%s finished task %s", who, f.ID)
	case *incident.TaskBlocked:
		return fmt.Sprintf("%s marked task %s as blocked", who, f.ID)
	case *incident.TaskOverdue:
		return fmt.Sprintf("Task %s is due%s", f.ID, lateBy(f.Late))
	case *incident.FollowupAdded:
		return fmt.Sprintf("%s added follow-up %s: %s%s%s", who, f.ID, f.Text, forOwner(f.Owner), dueAt(f.Due))
	case *incident.FollowupOwned:
		return fmt.Sprintf("%s gave follow-up %s to @%s", who, f.ID, f.Owner)
	case *incident.FollowupDone:
		return fmt.Sprintf("%s finished follow-up %s", who, f.ID)
	case *incident.PageAcknowledged:
		page := f.Page
		if page == "" {
			page = keyWords(f.Key)
		}
		return fmt.Sprintf("%s acknowledged %s", incident.Reached{Person: f.Person, Name: f.Name}, page)
	case *incident.PageUnacknowledged:
		return pageTurn(f.PageTurn, "calls again: the acknowledgement has run out")
	case *incident.PageEscalated:
		return pageTurn(f.PageTurn, "escalated")
	case *incident.PageDeclined:
		return pageTurn(f.PageTurn, "declined")
	case *incident.PageReassigned:
		return pageTurn(f.PageTurn, "passed on")
	case *incident.PageResolved:
		return pageTurn(f.PageTurn, "resolved in the pager")
	case *incident.PageUnconfirmed:
		if f.Lost {
			return fmt.Sprintf("PAGING NOT CONFIRMED for %s: the pager accepted it and does not know it", f.To)
		}
		return fmt.Sprintf("PAGING NOT CONFIRMED for %s%s", f.To, lateBy(f.Late))
	case *incident.TicketLinked:
		return fmt.Sprintf("%s linked ticket %s", who, f.Ticket)
	case *incident.TicketMoved:
		return fmt.Sprintf("%s moved %s from %s to %s in the tracker", f.By, f.Ticket, f.From, f.To)
	}
	return ""
}

func sayUpdates(who string, e journal.Entry) string {
	switch f := e.Fact.(type) {
	case *incident.UpdateDrafted:
		return fmt.Sprintf("%s drafted update %s to %s: %s", who, f.ID, f.Audience, f.Text)
	case *incident.ApprovalRequested:
		return fmt.Sprintf("%s asked for approval %s of update %s to %s by %s, until %s", who, f.ID, f.Update, f.Audience, strings.Join(f.Needs, " and "), f.Expires.UTC().Format("15:04Z"))
	case *incident.ApprovalGiven:
		return fmt.Sprintf("%s approved %s as one of %s", who, f.ID, f.As)
	case *incident.ApprovalVoided:
		return fmt.Sprintf("Approval %s is void: %s", f.ID, f.Reason)
	case *incident.UpdateApproved:
		return fmt.Sprintf("Update %s was approved (%s)", f.ID, f.Approval)
	case *incident.UpdateRejected:
		return fmt.Sprintf("%s denied update %s (%s)", who, f.ID, f.Approval)
	case *incident.UpdateSent:
		if f.By != "" {
			return fmt.Sprintf("Update %s by @%s to %s was released%s: %s", f.ID, f.By, f.Audience, lateBy(f.Late), f.Text)
		}
		return fmt.Sprintf("%s sent update %s to %s%s: %s", who, f.ID, f.Audience, lateBy(f.Late), f.Text)
	case *incident.UpdateSkipped:
		return fmt.Sprintf("%s skipped the update to %s due %s", who, f.Audience, f.Due.UTC().Format("15:04Z"))
	case *incident.UpdateReminded:
		return fmt.Sprintf("Reminded @%s: update to %s due %s%s", f.To, f.Audience, f.Due.UTC().Format("15:04Z"), lateBy(f.Late))
	case *incident.UpdateMissed:
		return fmt.Sprintf("Update to %s missed: it was due %s%s", f.Audience, f.Due.UTC().Format("15:04Z"), lateBy(f.Late))
	}
	return ""
}

// pageWords names whom a page calls, by the key of the page.
func pageWords(key string) string {
	_, to, _ := strings.Cut(key, "/"+journal.Page+":")
	to, _, _ = strings.Cut(to, "#")
	return to
}

// EffectWords says what an effect is: "page team:app: checkout failing".
func EffectWords(f journal.Effect) string {
	switch f.Type {
	case journal.Page:
		return fmt.Sprintf("page %s: %s", f.To, f.Text)
	case journal.Room:
		return "room " + f.To
	case journal.Invite:
		return fmt.Sprintf("invite %s to %s", people(f.People), f.To)
	case journal.Ticket:
		return fmt.Sprintf("ticket in %s: %s", f.Project, f.Text)
	case journal.Comment:
		return fmt.Sprintf("comment on %s: %s", ticketWords(f.To), f.Text)
	case journal.Link:
		return "link " + ticketWords(f.To)
	case journal.Transition:
		return fmt.Sprintf("move %s to %s", ticketWords(f.To), f.Text)
	case journal.Register:
		return "the register learns: " + f.Text
	case journal.Merge:
		return "merge into " + f.To
	case journal.Reassess:
		return "a review of " + f.Subject + ": " + f.Text
	case journal.Propose:
		return "a change of the plan: " + f.Subject + " becomes " + f.Text
	case journal.PageNote:
		return fmt.Sprintf("note on the page to %s: %s", pageWords(f.To), f.Text)
	case journal.PageUpdate:
		return fmt.Sprintf("status update of the page to %s: %s", pageWords(f.To), f.Text)
	case journal.Mail:
		return fmt.Sprintf("mail %q to %s", f.Template, f.To)
	case journal.StatusPage:
		return fmt.Sprintf("status page %s: %s", f.To, f.Text)
	case journal.DM:
		return fmt.Sprintf("message %q to %s", f.Template, f.To)
	case journal.Post:
		if f.Template == "would-page" {
			return fmt.Sprintf("drill page %s: %s", f.Subject, f.Text)
		}
		return fmt.Sprintf("post %q in %s", f.Template, f.To)
	}
	return f.Type + " " + f.To
}

func settled(f *journal.Settled) string {
	what := keyWords(f.Key)
	switch f.Type {
	case journal.Page:
		return fmt.Sprintf("Page accepted as %s: %s", f.Ref, what)
	case journal.Ticket:
		return fmt.Sprintf("Ticket opened: %s", f.Ref)
	case journal.Transition:
		return "Ticket moved: " + f.Ref
	case journal.StatusPage:
		return "On the status page: " + strings.TrimPrefix(what, "status page ")
	case journal.Register:
		return "The register was told"
	case journal.Reassess:
		return "A review was asked for: " + f.Ref
	case journal.Propose:
		return "The change is proposed: " + f.Ref
	case journal.Merge:
		return fmt.Sprintf("Taken in by the other incident: %s", f.Ref)
	}
	return "Done: " + what
}

// ticketWords names a ticket: one that is being opened is known by the effect
// that opens it.
func ticketWords(to string) string {
	if strings.Contains(to, "/"+journal.Ticket+":") {
		return keyWords(to)
	}
	return to
}

// keyWords reads an effect's key aloud: "INC-1/page:team:app#9" is "page
// team:app".
func keyWords(key string) string {
	_, s, _ := strings.Cut(key, "/")
	s, _, _ = strings.Cut(s, "#")
	kind, about, _ := strings.Cut(s, ":")
	if platform := strings.LastIndex(about, "@"); platform > 0 && kind != journal.Mail {
		about = about[:platform]
	}
	if kind == journal.StatusPage {
		kind = "status page"
	}
	return strings.TrimSpace(kind + " " + about)
}

func pageTurn(t incident.PageTurn, what string) string {
	page := t.Page
	if page == "" {
		page = keyWords(t.Key)
	}
	s := page + " " + what
	for i, r := range t.To {
		s += map[bool]string{true: " to ", false: ", "}[i == 0] + r.String()
	}
	if t.By != nil {
		s += " by " + t.By.String()
	}
	return s
}

func forOwner(owner string) string {
	if owner == "" {
		return ""
	}
	return ", for @" + owner
}

func dueAt(due *time.Time) string {
	if due == nil {
		return ""
	}
	return ", due " + due.UTC().Format("2006-01-02 15:04Z")
}

func lateBy(minutes int) string {
	if minutes == 0 {
		return ""
	}
	return fmt.Sprintf(", late by %d min", minutes)
}

// span says a duration in whole minutes, hours from an hour on.
func span(d time.Duration) string {
	if d < time.Hour {
		return fmt.Sprintf("%d min", int(d/time.Minute))
	}
	return fmt.Sprintf("%d h %02d min", int(d/time.Hour), int(d%time.Hour/time.Minute))
}
