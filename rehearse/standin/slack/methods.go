package slack

import "slices"

// method is one method of the Web API.
type method struct {
	do     func(*Workspace, call) (answer, error)
	tier   int      // how often it may be called; see limit
	scopes []string // one of them is enough, or those for a kind of conversation; see wants
}

// posting is the tier of what may be called once a second for each channel,
// and free that of what may be called hundreds of times a minute.
const (
	posting = 1000 + iota
	free
)

var methods = table()

func table() map[string]method {
	oneOf := func(scopes ...string) []string { return scopes }
	readRooms := oneOf("channels:read", "groups:read", "im:read", "mpim:read")
	writeRooms := oneOf("channels:manage", "groups:write", "im:write", "mpim:write")
	readWords := oneOf("channels:history", "groups:history", "im:history", "mpim:history")
	write := oneOf("chat:write")
	return map[string]method{
		"auth.test":                    {(*Workspace).authTest, free, nil},
		"team.info":                    {(*Workspace).teamInfo, 3, oneOf("team:read")},
		"users.info":                   {(*Workspace).usersInfo, 4, oneOf("users:read")},
		"users.list":                   {(*Workspace).usersList, 2, oneOf("users:read")},
		"users.lookupByEmail":          {(*Workspace).usersLookupByEmail, 3, oneOf("users:read.email")},
		"users.conversations":          {(*Workspace).userConversations, 3, readRooms},
		"usergroups.list":              {(*Workspace).usergroupsList, 2, oneOf("usergroups:read")},
		"usergroups.users.list":        {(*Workspace).usergroupsUsersList, 2, oneOf("usergroups:read")},
		"conversations.create":         {(*Workspace).createChannel, 2, writeRooms},
		"conversations.invite":         {(*Workspace).invite, 3, writeRooms},
		"conversations.info":           {(*Workspace).conversationInfo, 3, readRooms},
		"conversations.list":           {(*Workspace).listConversations, 2, readRooms},
		"conversations.members":        {(*Workspace).members, 4, readRooms},
		"conversations.history":        {(*Workspace).history, 3, readWords},
		"conversations.replies":        {(*Workspace).replies, 3, readWords},
		"conversations.setTopic":       {(*Workspace).setTopic, 2, writeRooms},
		"conversations.setPurpose":     {(*Workspace).setPurpose, 2, writeRooms},
		"conversations.open":           {(*Workspace).openConversation, 3, writeRooms},
		"conversations.archive":        {(*Workspace).archive, 2, writeRooms},
		"conversations.unarchive":      {(*Workspace).unarchive, 2, writeRooms},
		"conversations.join":           {(*Workspace).join, 3, oneOf("channels:join")},
		"conversations.rename":         {(*Workspace).renameChannel, 2, writeRooms},
		"chat.postMessage":             {(*Workspace).postMessage, posting, write},
		"chat.postEphemeral":           {(*Workspace).postEphemeral, 4, write},
		"chat.update":                  {(*Workspace).updateMessage, 3, write},
		"chat.delete":                  {(*Workspace).deleteMessage, 3, write},
		"chat.getPermalink":            {(*Workspace).permalink, free, nil},
		"pins.add":                     {(*Workspace).pin, 2, oneOf("pins:write")},
		"pins.remove":                  {(*Workspace).unpin, 2, oneOf("pins:write")},
		"pins.list":                    {(*Workspace).pinsList, 2, oneOf("pins:read")},
		"bookmarks.add":                {(*Workspace).addBookmark, 2, oneOf("bookmarks:write")},
		"bookmarks.edit":               {(*Workspace).editBookmark, 2, oneOf("bookmarks:write")},
		"bookmarks.list":               {(*Workspace).listBookmarks, 3, oneOf("bookmarks:read")},
		"reactions.add":                {(*Workspace).addReaction, 3, oneOf("reactions:write")},
		"reactions.remove":             {(*Workspace).removeReaction, 2, oneOf("reactions:write")},
		"reactions.get":                {(*Workspace).getReactions, 3, oneOf("reactions:read")},
		"views.open":                   {(*Workspace).openView, 4, nil},
		"views.push":                   {(*Workspace).pushView, 4, nil},
		"views.update":                 {(*Workspace).updateView, 4, nil},
		"views.publish":                {(*Workspace).publishView, 4, nil},
		"files.getUploadURLExternal":   {(*Workspace).uploadURL, 4, oneOf("files:write")},
		"files.completeUploadExternal": {(*Workspace).completeUpload, 4, oneOf("files:write")},
		"apps.connections.open":        {(*Workspace).openConnection, 1, nil},
	}
}

// Scopes returns every scope that some method wants. It leaves out
// chat:write.public, which few apps have: with it a bot posts to public
// channels that it is not in.
func Scopes() []string {
	all := []string{"users:read.email"}
	for _, m := range table() {
		all = append(all, m.scopes...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
