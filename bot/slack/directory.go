package slack

import (
	"context"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/incident"
)

// rooms knows which channel has which name. Journals and people speak of
// "#name", Slack of "C0123"; a channel keeps its id when it is renamed. The room
// of an incident keeps the name by which its journal knows it as well: whoever
// renames it in Slack does not take it from its incident.
type rooms struct {
	mu     sync.Mutex
	byName map[string]string
	byID   map[string]string // what a channel is spoken of as
	now    map[string]string // what it is called in Slack
}

// know takes in what a channel is called, and was called before.
func (r *rooms) know(id, name string, before ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byName == nil {
		r.byName, r.byID, r.now = map[string]string{}, map[string]string{}, map[string]string{}
	}
	if was, known := r.byID[id]; known {
		before = append([]string{was}, before...)
		for _, n := range []string{was, r.now[id]} {
			if r.byName[n] == id {
				delete(r.byName, n)
			}
		}
	}
	r.byName[name], r.byID[id], r.now[id] = id, name, name
	for _, n := range before {
		if owner, taken := r.byName[n]; incident.IsRoomName("#"+n) && (!taken || owner == id) {
			r.byName[n], r.byID[id] = id, n
			return
		}
	}
}

func (r *rooms) id(name string) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id, known := r.byName[name]
	return id, known
}

func (r *rooms) name(id string) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	name, known := r.byID[id]
	return name, known
}

func (r *rooms) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range []string{r.byID[id], r.now[id]} {
		if r.byName[name] == id {
			delete(r.byName, name)
		}
	}
	delete(r.byID, id)
	delete(r.now, id)
}

// names is a map for several goroutines.
type names struct{ sync.Map }

func (n *names) get(key string) (string, bool) {
	v, ok := n.Load(key)
	if !ok {
		return "", false
	}
	return v.(string), true
}

// pageOfRooms is how many channels are asked for at once: more makes Slack slow.
const pageOfRooms = 200

// channel returns the id of "#name". The rooms that the bot is in are asked for
// first, since it has made most of those that matter.
func (w *Workspace) channel(ctx context.Context, room string) (string, error) {
	name := strings.TrimPrefix(room, "#")
	if id, known := w.rooms.id(name); known {
		return id, nil
	}
	types := []string{"public_channel", "private_channel"}
	for _, list := range []func(cursor string) ([]slackgo.Channel, string, error){
		func(cursor string) ([]slackgo.Channel, string, error) {
			return w.client.GetConversationsForUserContext(ctx, &slackgo.GetConversationsForUserParameters{Cursor: cursor, Types: types, Limit: pageOfRooms})
		},
		func(cursor string) ([]slackgo.Channel, string, error) {
			return w.client.GetConversationsContext(ctx, &slackgo.GetConversationsParameters{Cursor: cursor, Types: types, Limit: pageOfRooms})
		},
	} {
		for cursor := ""; ; {
			page, next, err := list(cursor)
			if err != nil {
				return "", w.failure("look for", room, err)
			}
			for _, c := range page {
				w.rooms.know(c.ID, c.Name, c.PreviousNames...)
			}
			if id, known := w.rooms.id(name); known {
				return id, nil
			}
			if cursor = next; cursor == "" {
				break
			}
		}
	}
	return "", noRoom(room)
}

// nameLimit bounds the question for a name: somebody waits for an answer.
const nameLimit = time.Second

// RoomName returns "#name" of a channel, or "" for a direct conversation and
// for what Slack does not tell.
func (w *Workspace) RoomName(id string) string {
	if name, known := w.rooms.name(id); known {
		return "#" + name
	}
	if !strings.HasPrefix(id, "C") && !strings.HasPrefix(id, "G") {
		return ""
	}
	ctx, done := context.WithTimeout(context.Background(), nameLimit)
	defer done()
	c, err := w.client.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: id})
	if err != nil || c.IsMpIM || c.IsIM {
		return ""
	}
	w.rooms.know(c.ID, c.Name, c.PreviousNames...)
	if name, known := w.rooms.name(c.ID); known {
		return "#" + name
	}
	return "#" + c.Name
}

// Person returns whom the plan knows by a member id. Somebody it does not know
// keeps an id of their own, as a stranger, who may read at most.
func (w *Workspace) Person(member string) string {
	if p, known := w.people().PersonOfSlack(member); known {
		return p.ID
	}
	return strings.ToLower(member)
}

// Account returns the member id of a person of the plan; "" when it has none.
func (w *Workspace) Account(person string) string {
	if p, known := w.people().Person(person); known {
		return p.Slack
	}
	if _, isSomebody := w.people().PersonOfSlack(strings.ToUpper(person)); !isSomebody && isMember(strings.ToUpper(person)) {
		return strings.ToUpper(person) // a stranger, by the id that Person gave
	}
	return ""
}

// isMember says that a word has the form of a member id.
func isMember(word string) bool {
	if len(word) < 7 || word[0] != 'U' && word[0] != 'W' {
		return false
	}
	return strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "" && strings.ContainsAny(word, "0123456789")
}
