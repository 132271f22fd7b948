package slack_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/rehearse/standin/slack"
)

func (s *stage) history(channel string, change ...func(*slackgo.GetConversationHistoryParameters)) []slackgo.Message {
	s.Helper()
	in := &slackgo.GetConversationHistoryParameters{ChannelID: channel, IncludeAllMetadata: true}
	for _, c := range change {
		c(in)
	}
	h, err := s.client.GetConversationHistoryContext(s.Context(), in)
	s.good(err)
	return h.Messages
}

func TestAMessageIsFoundAgainByItsMetadata(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	ts := s.post(id, "recorded", slackgo.MsgOptionMetadata(slackgo.SlackMetadata{EventType: "holdfast", EventPayload: map[string]any{"key": "INC-1#4"}}))
	s.post(id, "another")
	all := s.history(id)
	if len(all) != 2 || all[1].Timestamp != ts || all[1].Metadata.EventPayload["key"] != "INC-1#4" || all[0].Text != "another" {
		t.Errorf("told %+v", all)
	}
	without := s.history(id, func(p *slackgo.GetConversationHistoryParameters) { p.IncludeAllMetadata = false })
	if without[1].Metadata.EventType != "" {
		t.Error("told metadata unasked")
	}
	if a := s.raw("chat.postMessage", map[string][]string{"channel": {id}, "text": {"x"}, "metadata": {`{"event_type":"x"}`}}); a["error"] != "invalid_metadata_format" {
		t.Errorf("answered %v", a)
	}
}

func TestHistoryIsReadPageByPageAndByTime(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	var stamps []string
	for i := range 5 {
		s.clock.Add(time.Second)
		stamps = append(stamps, s.post(id, fmt.Sprint(i)))
	}
	var read string
	for in := (&slackgo.GetConversationHistoryParameters{ChannelID: id, Limit: 2}); ; {
		h, err := s.client.GetConversationHistoryContext(t.Context(), in)
		s.good(err)
		for _, m := range h.Messages {
			read += m.Text
		}
		if in.Cursor = h.ResponseMetaData.NextCursor; h.HasMore != (in.Cursor != "") {
			t.Error("has_more is wrong")
		}
		if in.Cursor == "" {
			break
		}
	}
	if read != "43210" {
		t.Errorf("read %s", read)
	}
	some := s.history(id, func(p *slackgo.GetConversationHistoryParameters) {
		p.Oldest, p.Latest, p.Inclusive = stamps[1], stamps[3], true
	})
	if len(some) != 3 || some[0].Text != "3" {
		t.Errorf("read %+v", some)
	}
}

func TestAnAnswerIsInItsThreadOnly(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	first := s.post(id, "first")
	s.post(id, "answer", slackgo.MsgOptionTS(first))
	s.post(id, "loud answer", slackgo.MsgOptionTS(first), slackgo.MsgOptionBroadcast())
	if all := s.history(id); len(all) != 2 || all[1].ReplyCount != 2 || all[0].SubType != "thread_broadcast" {
		t.Errorf("the channel is %+v", all)
	}
	thread, _, _, err := s.client.GetConversationRepliesContext(t.Context(), &slackgo.GetConversationRepliesParameters{ChannelID: id, Timestamp: first})
	s.good(err)
	if len(thread) != 3 || thread[0].Text != "first" || thread[1].Text != "answer" {
		t.Errorf("the thread is %+v", thread)
	}
	_, _, _, err = s.client.GetConversationRepliesContext(t.Context(), &slackgo.GetConversationRepliesParameters{ChannelID: id, Timestamp: "1.000000"})
	s.word(err, "thread_not_found")
}

func TestAMessageIsChangedAndDeletedByItsAuthorAlone(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	ts := s.post(id, "before", slackgo.MsgOptionBlocks(slackgo.NewDividerBlock()))
	_, _, text, err := s.client.UpdateMessageContext(t.Context(), id, ts, slackgo.MsgOptionText("after", false))
	s.good(err)
	if m := s.Messages(id); len(m) != 1 || text != "after" || m[0].Text != "after" || m[0].Edited == "" || m[0].TS != ts || m[0].Blocks == nil {
		t.Errorf("it is %+v", m)
	}
	link, err := s.client.GetPermalinkContext(t.Context(), &slackgo.PermalinkParameters{Channel: id, Ts: ts})
	s.good(err)
	if want := "/archives/" + id + "/p" + strings.ReplaceAll(ts, ".", ""); !strings.HasSuffix(link, want) {
		t.Errorf("linked as %s", link)
	}
	s.Said("alice", id, "mine")
	hers := s.Messages(id)[1].TS
	_, _, _, err = s.client.UpdateMessageContext(t.Context(), id, hers, slackgo.MsgOptionText("x", false))
	s.word(err, "cant_update_message")
	_, _, err = s.client.DeleteMessageContext(t.Context(), id, hers)
	s.word(err, "cant_delete_message")
	_, _, err = s.client.DeleteMessageContext(t.Context(), id, ts)
	s.good(err)
	_, _, _, err = s.client.UpdateMessageContext(t.Context(), id, ts, slackgo.MsgOptionText("x", false))
	s.word(err, "message_not_found")
	_, err = s.client.GetPermalinkContext(t.Context(), &slackgo.PermalinkParameters{Channel: id, Ts: ts})
	s.word(err, "message_not_found")
}

func TestOnlyOneSeesAnEphemeralMessage(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	_, err := s.client.PostEphemeralContext(t.Context(), id, s.alice, slackgo.MsgOptionText("psst", false))
	s.word(err, "user_not_in_channel")
	_, err = s.client.InviteUsersToConversationContext(t.Context(), id, s.alice)
	s.good(err)
	ts, err := s.client.PostEphemeralContext(t.Context(), id, s.alice, slackgo.MsgOptionText("psst", false))
	s.good(err)
	if e := s.Ephemerals("alice"); len(e) != 1 || e[0].TS != ts || len(s.Ephemerals("bob")) != 0 || len(s.Messages(id)) != 0 || len(s.history(id)) != 0 {
		t.Errorf("alice sees %+v", e)
	}
	_, _, _, err = s.client.UpdateMessageContext(t.Context(), id, ts, slackgo.MsgOptionText("x", false))
	s.word(err, "message_not_found")
}

func TestATextIsNeitherEmptyNorEndless(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	for text, want := range map[string]string{"": "no_text", strings.Repeat("é", 40_001): "msg_too_long"} {
		_, _, err := s.client.PostMessageContext(t.Context(), id, slackgo.MsgOptionText(text, false))
		s.word(err, want)
	}
	s.post(id, strings.Repeat("é", 40_000))
	if len(s.Messages(id)) != 1 {
		t.Error("a refused message was kept")
	}
}

func TestBlocksAreHeldToTheRulesOfBlockKit(t *testing.T) {
	text := func(kind string, n int) string {
		return fmt.Sprintf(`{"type":%q,"text":%q}`, kind, strings.Repeat("x", n))
	}
	button := func(id string, n int) string {
		return fmt.Sprintf(`{"type":"button","action_id":%q,"text":%s}`, id, text("plain_text", n))
	}
	actions := func(elements ...string) string {
		return `{"type":"actions","elements":[` + strings.Join(elements, ",") + `]}`
	}
	many := func(n int, one string) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }
	for sentence, test := range map[string]struct{ blocks, wrong string }{
		"a section of 3000":         {`{"type":"section","text":` + text("mrkdwn", 3000) + `}`, ""},
		"a section of 3001":         {`{"type":"section","text":` + text("mrkdwn", 3001) + `}`, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		"a section of nothing":      {`{"type":"section"}`, "missing required field: text"},
		"an empty text":             {`{"type":"section","text":` + text("mrkdwn", 0) + `}`, "must be more than 0 characters"},
		"ten fields":                {`{"type":"section","fields":[` + many(10, text("mrkdwn", 2000)) + `]}`, ""},
		"eleven fields":             {`{"type":"section","fields":[` + many(11, text("mrkdwn", 1)) + `]}`, "no more than 10 items"},
		"a field of 2001":           {`{"type":"section","fields":[` + text("mrkdwn", 2001) + `]}`, "less than 2001"},
		"a header of 150":           {`{"type":"header","text":` + text("plain_text", 150) + `}`, ""},
		"a header of 151":           {`{"type":"header","text":` + text("plain_text", 151) + `}`, "less than 151"},
		"a header in mrkdwn":        {`{"type":"header","text":` + text("mrkdwn", 1) + `}`, "unsupported type: mrkdwn"},
		"a button of 75":            {actions(button("a", 75)), ""},
		"a button of 76":            {actions(button("a", 76)), "less than 76"},
		"two ids in a block":        {actions(button("a", 1), button("a", 1)), "`action_id` \"a\" already exists"},
		"one id in two blocks":      {actions(button("a", 1)) + "," + actions(button("a", 1)), ""},
		"two blocks of one id":      {many(2, `{"type":"divider","block_id":"b"}`), "`block_id` \"b\" already exists"},
		"26 buttons":                {actions(many(26, `{"type":"button","text":`+text("plain_text", 1)+`}`)), "no more than 25 items"},
		"no button":                 {actions(), "no less than 1 items"},
		"an input among buttons":    {actions(`{"type":"plain_text_input"}`), "unsupported type: plain_text_input"},
		"an odd style":              {actions(strings.Replace(button("a", 1), "{", `{"style":"blue",`, 1)), "primary, danger"},
		"50 blocks":                 {many(50, `{"type":"divider"}`), ""},
		"51 blocks":                 {many(51, `{"type":"divider"}`), "no more than 50 items"},
		"a block nobody knows":      {`{"type":"marquee"}`, "unsupported type: marquee"},
		"a select of 101":           {actions(`{"type":"static_select","options":[` + many(101, `{"value":"v","text":`+text("plain_text", 1)+`}`) + `]}`), "no more than 100 items"},
		"an option of 76":           {actions(`{"type":"static_select","options":[{"value":"v","text":` + text("plain_text", 76) + `}]}`), "less than 76"},
		"a remark":                  {`{"type":"context","elements":[` + text("mrkdwn", 10) + `]}`, ""},
		"eleven remarks":            {`{"type":"context","elements":[` + many(11, text("mrkdwn", 10)) + `]}`, "no more than 10 items"},
		"a question before a click": {actions(strings.Replace(button("a", 1), "{", `{"confirm":{},`, 1)), "missing required field: title"},
		"what is no object":         {`"divider"`, "must be an array of objects"},
	} {
		t.Run(sentence, func(t *testing.T) {
			wrong := slack.CheckBlocks(json.RawMessage("["+test.blocks+"]"), 50)
			if (test.wrong == "") != (len(wrong) == 0) || !strings.Contains(strings.Join(wrong, "\n"), test.wrong) {
				t.Errorf("found %q", wrong)
			}
		})
	}
}

func TestInvalidBlocksAreRefusedWithTheirPlaces(t *testing.T) {
	s := set(t, slack.Options{})
	id := s.room("ops")
	_, _, err := s.client.PostMessageContext(t.Context(), id, slackgo.MsgOptionBlocks(
		slackgo.NewHeaderBlock(slackgo.NewTextBlockObject("plain_text", strings.Repeat("x", 151), false, false))))
	s.word(err, "invalid_blocks")
	var told slackgo.SlackErrorResponse
	if !errors.As(err, &told) || len(told.ResponseMetadata.Messages) != 1 || !strings.Contains(told.ResponseMetadata.Messages[0], "/blocks/0/text/text") {
		t.Errorf("told %#v", err)
	}
	if a := s.raw("chat.postMessage", map[string][]string{"channel": {id}, "blocks": {"{"}}); a["error"] != "invalid_blocks_format" {
		t.Errorf("answered %v", a)
	}
}
