package slack

import (
	"slices"
	"strings"
)

// User is a person or a bot. The name is given by AddUser, and the id unless it
// has one.
type User struct {
	ID, Name string

	RealName string
	Email    string
	TZ       string // Europe/Madrid; empty for Etc/UTC
	Bot      bool
	Guest    bool // of several channels
	Single   bool // a guest of one channel
	Stranger bool // from another organisation, met in shared channels
	Deleted  bool
}

// AddUser adds a person, or changes the one of that name, and returns the id.
func (w *Workspace) AddUser(name string, o User) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	o.Name = name
	if u := w.user(name); u != nil {
		o.ID = u.ID
		*u = o
		return o.ID
	}
	if o.ID == "" {
		o.ID = w.id("U")
	}
	w.people = append(w.people, &o)
	return o.ID
}

// Group is a user group, mentioned by its handle.
type Group struct {
	ID, Handle string
	Users      []string // ids
	Disabled   bool
}

// AddGroup adds a user group of people, who are names or ids, or changes the
// one of that handle, and returns the id.
func (w *Workspace) AddGroup(handle string, people ...string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var ids []string
	for _, p := range people {
		ids = append(ids, w.userID(p))
	}
	for _, g := range w.groups {
		if g.Handle == handle {
			g.Users = ids
			return g.ID
		}
	}
	g := &Group{ID: w.id("S"), Handle: handle, Users: ids}
	w.groups = append(w.groups, g)
	return g.ID
}

// user finds a person by id or name; nil for none. mu is held.
func (w *Workspace) user(who string) *User {
	for _, u := range w.people {
		if u.ID == who || u.Name == who {
			return u
		}
	}
	return nil
}

// byID finds a person as the Web API does. mu is held.
func (w *Workspace) byID(id string) *User {
	if u := w.user(id); u != nil && u.ID == id {
		return u
	}
	return nil
}

// userID returns the id of a person, and what is nobody's as it is. mu is held.
func (w *Workspace) userID(who string) string {
	if u := w.user(who); u != nil {
		return u.ID
	}
	return who
}

func (w *Workspace) userName(id string) string {
	if u := w.user(id); u != nil {
		return u.Name
	}
	return strings.ToLower(id)
}

func (w *Workspace) authTest(call) (answer, error) {
	return answer{
		"url": w.base + "/", "team": "Holdfast", "user": w.userName(w.bot), "team_id": w.o.Team,
		"user_id": w.bot, "bot_id": botID, "is_enterprise_install": false,
	}, nil
}

func (w *Workspace) teamInfo(call) (answer, error) {
	return answer{"team": answer{"id": w.o.Team, "name": "Holdfast", "domain": "holdfast", "email_domain": ""}}, nil
}

func (w *Workspace) usersInfo(c call) (answer, error) {
	u := w.byID(c.get("user"))
	if u == nil {
		return nil, no("user_not_found")
	}
	return answer{"user": w.person(u)}, nil
}

func (w *Workspace) usersList(c call) (answer, error) {
	var all []any
	for _, u := range w.people {
		all = append(all, w.person(u))
	}
	part, meta, err := page(c, all, len(all))
	return answer{"members": part, "cache_ts": c.now.Unix(), "response_metadata": meta}, err
}

func (w *Workspace) usersLookupByEmail(c call) (answer, error) {
	for _, u := range w.people {
		if u.Email != "" && strings.EqualFold(u.Email, c.get("email")) && !u.Deleted {
			return answer{"user": w.person(u)}, nil
		}
	}
	return nil, no("users_not_found")
}

func (w *Workspace) person(u *User) answer {
	zone, real := u.TZ, u.RealName
	if zone == "" {
		zone = "Etc/UTC"
	}
	if real == "" {
		real = u.Name
	}
	profile := answer{"real_name": real, "display_name": u.Name, "team": w.o.Team}
	if w.granted("users:read.email") && u.Email != "" {
		profile["email"] = u.Email
	}
	team := w.o.Team
	if u.Stranger {
		team = "T0ELSEWHERE"
	}
	a := answer{
		"id": u.ID, "team_id": team, "name": u.Name, "real_name": real, "deleted": u.Deleted, "tz": zone,
		"profile": profile, "is_bot": u.Bot, "is_restricted": u.Guest || u.Single, "is_ultra_restricted": u.Single,
		"is_stranger": u.Stranger, "is_app_user": false, "updated": 1,
	}
	if u.ID == w.bot {
		profile["bot_id"], profile["api_app_id"] = botID, appID
	}
	return a
}

func (w *Workspace) usergroupsList(c call) (answer, error) {
	all := []any{}
	for _, g := range w.groups {
		if g.Disabled && !c.is("include_disabled") {
			continue
		}
		a := answer{"id": g.ID, "team_id": w.o.Team, "is_usergroup": true, "name": g.Handle, "handle": g.Handle, "user_count": len(g.Users)}
		if c.is("include_users") {
			a["users"] = g.Users
		}
		all = append(all, a)
	}
	return answer{"usergroups": all}, nil
}

func (w *Workspace) usergroupsUsersList(c call) (answer, error) {
	i := slices.IndexFunc(w.groups, func(g *Group) bool { return g.ID == c.get("usergroup") })
	if i < 0 {
		return nil, no("no_such_subteam")
	}
	return answer{"users": append([]string{}, w.groups[i].Users...)}, nil
}
