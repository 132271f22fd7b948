package incident

import (
	"maps"
	"slices"
	"time"

	"holdfast/journal"
)

// applyPeople folds who holds and is offered what.
func (s State) applyPeople(e journal.Entry) State {
	switch f := e.Fact.(type) {
	case *RoleOffered:
		s = s.withOffer(Offer{Role: f.Role, To: f.To, By: f.By, At: e.Recorded, Expires: f.Expires, Seq: e.Seq})
	case *CommandOffered:
		s = s.withOffer(Offer{Role: Commander, To: f.To, By: f.From, At: e.Recorded, Expires: f.Expires, Seq: e.Seq})
	case *RoleTaken:
		s = s.withoutOffer(f.Role, f.Person).withHolder(f.Role, f.Person, e.Seq)
	case *CommandAccepted:
		s = s.withoutOffer(Commander, f.Person).withHolder(Commander, f.Person, e.Seq)
	case *RoleDeclined:
		s = s.withoutOffer(f.Role, f.Person)
	case *CommandDeclined:
		s = s.withoutOffer(Commander, f.Person)
	case *RoleLapsed:
		s = s.withoutOffer(f.Role, f.To)
	case *CommandLapsed:
		s = s.withoutOffer(Commander, f.To)
	case *RoleDropped:
		s = s.dropped(e, f)
	case *CommandUnclaimed:
		s = s.fired(timerUnclaimed(f.Red), f.Since)
		s.UnclaimedRed = s.UnclaimedRed || f.Red
	case *CommandSilent:
		s = s.fired(timerSilent, f.Since)
	case *FollowStarted:
		if _, follows := s.follower(f.Person); !follows {
			s.Followers = append(slices.Clip(s.Followers), Follower{Person: f.Person, Since: e.Recorded, Mail: f.Mail, after: e.Seq, auditor: f.Auditor})
		}
	case *FollowEnded:
		s.Followers = slices.DeleteFunc(slices.Clone(s.Followers), func(x Follower) bool { return x.Person == f.Person })
	case *AccessDenied:
		s.denials = append(slices.Clip(s.denials), denial{f.Person, f.Rule, e.Recorded})
	}
	return s
}

// digested notes what a follower has been told of.
func (s State) digested(e journal.Entry, f *journal.Requested) State {
	if !isDigest(f.Effect) {
		return s
	}
	s.Followers = changed(s.Followers, func(x Follower) bool { return at(x.Person) == f.To }, func(x *Follower) {
		told := e.Recorded
		x.Told, x.after = &told, e.Seq
	})
	return s
}

func (s State) withOffer(o Offer) State {
	s.Offers = append(slices.Clip(s.Offers), o)
	return s
}

func (s State) withoutOffer(role, to string) State {
	i := slices.IndexFunc(s.Offers, func(o Offer) bool { return o.Role == role && o.To == to })
	if i < 0 {
		return s
	}
	s.closedOffs = append(slices.Clip(s.closedOffs), s.Offers[i])
	s.Offers = slices.Delete(slices.Clone(s.Offers), i, i+1)
	return s
}

// withHolder puts a person into a role; an empty person leaves it vacant.
func (s State) withHolder(role, person string, seq uint64) State {
	s.holders = slices.DeleteFunc(slices.Clone(s.holders), func(h holder) bool {
		return h.role == role || role == Commander && h.role == actingRole
	})
	if person != "" {
		s.holders = append(s.holders, holder{role, person, seq})
	}
	switch role {
	case Commander:
		s.Roles.Commander, s.Roles.Acting = person, ""
		s.Unclaimed, s.UnclaimedRed = nil, false
	case Comms:
		s.Roles.Comms = person
	case Deputy:
		s.Roles.Deputy = person
	case Scribe:
		s.Roles.Scribe = person
	default:
		if team, ok := s.lead(role); ok {
			s.Roles.Leads = maps.Clone(s.Roles.Leads)
			if s.Roles.Leads == nil {
				s.Roles.Leads = map[string]string{}
			}
			if person == "" {
				delete(s.Roles.Leads, team)
			} else {
				s.Roles.Leads[team] = person
			}
		}
	}
	return s
}

func (s State) dropped(e journal.Entry, f *RoleDropped) State {
	if f.Role != Commander {
		return s.withHolder(f.Role, "", e.Seq)
	}
	// Never none silently: who drops command acts until somebody takes it.
	at := e.Recorded
	s = s.withHolder(Commander, "", e.Seq)
	return s.acting(f.Person, &at, e.Seq)
}

const actingRole = "acting commander"

// acting makes a person acting commander until somebody claims or accepts.
func (s State) acting(person string, since *time.Time, seq uint64) State {
	s.Roles.Acting, s.Unclaimed = person, since
	s.holders = append(slices.Clip(s.holders), holder{actingRole, person, seq})
	return s
}

// isAct says whether an entry is something its actor did in the incident. Who
// was refused did nothing, and is not in it by having tried; who follows only
// looks on.
func isAct(f journal.Fact) bool {
	switch f := f.(type) {
	case *AccessDenied, *FollowStarted, *FollowEnded:
		return false
	case *EntryCorrected:
		return f.Changed == nil // who mends words in chat does nothing here
	}
	return true
}

// witnessed remembers the last thing each person did in each room.
func witnessed(all []seen, e journal.Entry) []seen {
	now := seen{person: e.Actor, room: e.Room, print: e.Print, at: e.Recorded, seq: e.Seq}
	i := slices.IndexFunc(all, func(x seen) bool { return x.person == now.person && x.room == now.room })
	if i < 0 {
		return append(slices.Clip(all), now)
	}
	// The entries of one command share its print: the first of them names it.
	if old := all[i]; old.print == now.print && old.at.Equal(now.at) && now.print != "" {
		now.seq = old.seq
	}
	all = slices.Clone(all)
	all[i] = now
	return all
}
