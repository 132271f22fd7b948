package slack_test

import (
	"bytes"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"holdfast/rehearse/standin/slack"
)

func TestAMessageIsPinnedOnce(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	at := slackgo.NewRefToMessage(id, s.post(id, "headline"))
	s.good(s.client.AddPinContext(t.Context(), id, at))
	s.word(s.client.AddPinContext(t.Context(), id, at), "already_pinned")
	s.word(s.client.AddPinContext(t.Context(), id, slackgo.NewRefToMessage(id, "1793613600.999999")), "message_not_found")
	s.word(s.client.AddPinContext(t.Context(), id, slackgo.NewRefToMessage(id, "yesterday")), "bad_timestamp")
	items, _, err := s.client.ListPinsContext(t.Context(), id)
	s.good(err)
	if len(items) != 1 || items[0].Message.Text != "headline" || !s.Messages(id)[0].Pinned {
		t.Errorf("pinned are %+v", items)
	}
	s.good(s.client.RemovePinContext(t.Context(), id, at))
	s.word(s.client.RemovePinContext(t.Context(), id, at), "no_pin")
}

func TestAReactionIsAddedOnce(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	at := slackgo.NewRefToMessage(id, s.post(id, "x"))
	s.React("alice", "eyes", id, at.Timestamp)
	s.good(s.client.AddReactionContext(t.Context(), "eyes", at))
	s.word(s.client.AddReactionContext(t.Context(), "eyes", at), "already_reacted")
	s.word(s.client.AddReactionContext(t.Context(), ":eyes:", at), "invalid_name")
	s.word(s.client.RemoveReactionContext(t.Context(), "pushpin", at), "no_reaction")
	item, err := s.client.GetReactionsContext(t.Context(), at, slackgo.NewGetReactionsParameters())
	s.good(err)
	if r := item.Reactions; len(r) != 1 || r[0].Count != 2 || r[0].Users[0] != s.alice || r[0].Users[1] != s.Bot() {
		t.Errorf("told %+v", r)
	}
	s.good(s.client.RemoveReactionContext(t.Context(), "eyes", at))
	s.Unreact("alice", "eyes", id, at.Timestamp)
	if m := s.Messages(id); len(m[0].Reactions) != 0 {
		t.Errorf("left are %+v", m[0].Reactions)
	}
}

func TestABookmarkIsAddedAndChanged(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	b, err := s.client.AddBookmarkContext(t.Context(), id, slackgo.AddBookmarkParameters{Title: "Board", Type: "link", Link: "https://example.com/inc-1"})
	s.good(err)
	_, err = s.client.AddBookmarkContext(t.Context(), id, slackgo.AddBookmarkParameters{Title: "Board", Type: "link", Link: "here"})
	s.word(err, "invalid_link")
	title := "Dashboard"
	_, err = s.client.EditBookmarkContext(t.Context(), id, b.ID, slackgo.EditBookmarkParameters{Title: &title})
	s.good(err)
	_, err = s.client.EditBookmarkContext(t.Context(), id, "Bk404", slackgo.EditBookmarkParameters{Title: &title})
	s.word(err, "not_found")
	all, err := s.client.ListBookmarksContext(t.Context(), id)
	s.good(err)
	c, _ := s.Channel(id)
	if len(all) != 1 || all[0].Title != "Dashboard" || all[0].Link != "https://example.com/inc-1" || c.Bookmarks[0].Title != "Dashboard" {
		t.Errorf("there are %+v", all)
	}
}

func TestAFileIsUploadedInThreeSteps(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	content := "seq,kind\n1,incident.declared\n"
	f, err := s.client.UploadFileContext(t.Context(), slackgo.UploadFileParameters{
		Reader: strings.NewReader(content), FileSize: len(content), Filename: "inc-1.csv", Title: "Journal", Channel: id, InitialComment: "the record",
	})
	s.good(err)
	files, said := s.Files(), s.Messages(id)
	if len(files) != 1 || !bytes.Equal(files[0].Content, []byte(content)) || files[0].ID != f.ID || files[0].Channel != id || files[0].Title != "Journal" {
		t.Errorf("there are %+v", files)
	}
	if len(said) != 1 || said[0].Text != "the record" || len(said[0].Files) != 1 {
		t.Errorf("said was %+v", said)
	}
	up, err := s.client.GetUploadURLExternalContext(t.Context(), slackgo.GetUploadURLExternalParameters{FileName: "x", FileSize: 9})
	s.good(err)
	_, err = s.client.CompleteUploadExternalContext(t.Context(), slackgo.CompleteUploadExternalParameters{Files: []slackgo.FileSummary{{ID: up.FileID}}})
	s.word(err, "file_not_found")
	if err := s.client.UploadToURL(t.Context(), slackgo.UploadToURLParameters{UploadURL: up.UploadURL, Reader: strings.NewReader("short"), Filename: "x"}); err == nil {
		t.Error("took 5 bytes of 9")
	}
}
