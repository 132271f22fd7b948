package slack

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"holdfast/incident"
	"holdfast/templates"
)

// shown are the messages of the gallery, docs/gallery/slack.html.
var shown = []string{"declared", "headline", "tray", "decision", "recorded", "refused", "reminder", "update-team", "update-exec", "missed", "offer", "handover", "unclaimed",
	"task", "tasks", "paging-unconfirmed", "oncall", "resolved", "verify-please", "closed", "list", "status", "timeline", "help",
	"approval", "approval-over", "update-customer", "waves", "deps", "impact", "service", "inversions", "bia", "windows", "owners", "plan-check",
	"rating-card", "dispute", "dispute-decided", "disputes", "review-due"}

// calm is what the goldens draw, in words that no chat could take for markup.
func calm(name string) templates.View {
	const wording = "Card payments fail. We hope to be back in 10 minutes."
	v := viewOf(name)
	s := v.Incident
	s.Title = "checkout failing"
	s.Decisions, s.Notes, s.Sent = append([]incident.Decision(nil), s.Decisions...), append([]incident.Note(nil), s.Notes...), append([]incident.Sent(nil), s.Sent...)
	for i := range s.Decisions {
		s.Decisions[i].Because = "replica lag is under 2 s and falling"
	}
	for i := range s.Notes {
		s.Notes[i].Text = "replica lag is 2 s"
	}
	for i := range s.Sent {
		if s.Sent[i].Audience == incident.Customer {
			s.Sent[i].Text = wording
		}
		if s.Sent[i].Audience == incident.Team {
			s.Sent[i].Text = "We are failing over to site B. Cards work again in ten minutes."
		}
	}
	s.Drafts, s.Approvals = slices.Clone(s.Drafts), slices.Clone(s.Approvals)
	for i := range s.Drafts {
		if s.Drafts[i].Audience == incident.Customer {
			s.Drafts[i].Text = wording
		}
	}
	for i := range s.Approvals {
		s.Approvals[i].Hash = incident.Hash(wording)
		if s.Approvals[i].Reason != "" {
			s.Approvals[i].Reason = "we do not know that yet"
		}
	}
	if s.Summary != "" {
		s.Summary = "site B serves all traffic"
	}
	v.Incident, v.Incidents = s, []incident.State{s}
	switch name {
	case "timeline":
		v.Text = "the last 2 of 17"
	case "list":
	default:
		v.Text, v.Lines = "", nil
	}
	v.Wrong = "@erin may not decide: this is for the commander (@bob)."
	return v
}

func TestTheGallerysPicturesAreFresh(t *testing.T) {
	pictures := map[string]any{}
	set := templates.Shipped()
	draw := drawing{account: known, full: "INC-1#4"}
	drawn := func(name string) templates.Message {
		m, err := set.Render(name, calm(name))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, name := range shown {
		pictures[name], _ = draw.blocks(drawn(name))
	}
	pictures["home"] = home(drawn("home"), draw)
	for name, f := range sampleForms() {
		m, err := planned.modal(f, place{Room: "#ops", Channel: "C1"})
		if err != nil {
			t.Fatal(err)
		}
		pictures["form-"+name] = m
	}
	for name, p := range pictures {
		var got bytes.Buffer
		e := json.NewEncoder(&got)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		if err := e.Encode(p); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "gallery", name+".json")
		if *update {
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(want, got.Bytes()) {
			t.Errorf("%s is stale: run go test ./bot/slack -update, then make docs, and look at the page", path)
		}
	}
	files, err := os.ReadDir(filepath.Join("testdata", "gallery"))
	if err != nil || len(files) != len(pictures) {
		t.Errorf("%d files for %d pictures: one was renamed or removed (%v)", len(files), len(pictures), err)
	}
}
