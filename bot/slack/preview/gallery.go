package preview

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
)

//go:embed gallery.html.tmpl
var pageText string

var page = template.Must(template.New("gallery").Parse(pageText))

// moment is a part of an incident, and what people see of it.
type moment struct {
	Title, Says string
	Pictures    []picture
}

// picture is one message, form or home. File is without ".json".
type picture struct {
	File, Caption string
	Alone         bool // only who asked sees it
	Direct        bool // it is a direct message

	Words  template.HTML // the caption, drawn
	Screen template.HTML
	Kind   string // message, modal, home
	Title  string // of a modal
	Close  string
	Submit string
}

// moments are the pages of the gallery, in the order of an incident.
func moments() []moment {
	return []moment{
		{"Something is wrong", "One command, or one form; whoever declares leads until somebody takes command.", []picture{
			{File: "form-declare", Caption: "`/incident declare` without words opens a form."},
			{File: "form-declare-wrong", Caption: "What is wrong stands below its field; nothing that was written is lost."},
			{File: "declared", Caption: "The answer to who declared.", Alone: true},
		}},
		{"The headline", "Pinned in the room and rewritten whenever something changes.", []picture{
			{File: "headline", Caption: "Where things stand."},
			{File: "tray", Caption: "`/incident` alone: the buttons for what can be done now.", Alone: true},
		}},
		{"Deciding", "A decision keeps its reason, and what was not done.", []picture{
			{File: "form-decide", Caption: "The form asks for the reason once."},
			{File: "decision", Caption: "What the room sees."},
			{File: "recorded", Caption: "What who decided sees.", Alone: true},
			{File: "refused", Caption: "A refusal says why, and who may.", Alone: true},
		}},
		{"Keeping people informed", "Updates are owed at a cadence; a late one is missed out loud.", []picture{
			{File: "reminder", Caption: "Before an update is due."},
			{File: "form-update", Caption: "The form behind *Write it*."},
			{File: "update-team", Caption: "An update to the team."},
			{File: "update-exec", Caption: "An update to the executives."},
			{File: "missed", Caption: "An update that nobody sent."},
		}},
		{"Speaking to customers", "A second person approves the text, to the letter.", []picture{
			{File: "approval", Caption: "Whoever may approve is asked.", Direct: true},
			{File: "approval-over", Caption: "It was denied, with the reason."},
			{File: "update-customer", Caption: "It went out."},
		}},
		{"Passing it on", "A role changes hands when it is accepted, and not before.", []picture{
			{File: "offer", Caption: "A role is offered.", Direct: true},
			{File: "handover", Caption: "Command is handed over with everything a successor needs.", Direct: true},
			{File: "unclaimed", Caption: "Nobody has taken command."},
		}},
		{"Work", "", []picture{
			{File: "task", Caption: "A task for somebody.", Direct: true},
			{File: "tasks", Caption: "All tasks.", Alone: true},
			{File: "paging-unconfirmed", Caption: "A page that was not confirmed names the telephone."},
			{File: "oncall", Caption: "Who is on call.", Alone: true},
		}},
		{"The end", "Resolved by who did it, verified by who owns it.", []picture{
			{File: "resolved", Caption: "It works again."},
			{File: "verify-please", Caption: "The owner is asked.", Direct: true},
			{File: "closed", Caption: "It is over."},
		}},
		{"The plan", "What is promised, and what would come of it tonight.", []picture{
			{File: "waves", Caption: "`/continuity waves`: in which order services come back.", Alone: true},
			{File: "deps", Caption: "`/continuity deps`: what one of them waits for.", Alone: true},
			{File: "impact", Caption: "`/continuity impact`: what goes down with it.", Alone: true},
			{File: "service", Caption: "`/continuity service`: all about one.", Alone: true},
			{File: "inversions", Caption: "`/continuity inversions`: promises that cannot hold together.", Alone: true},
			{File: "bia", Caption: "`/continuity bia`: the impact of an outage, and what each way to recover costs.", Alone: true},
			{File: "windows", Caption: "`/continuity windows`: when deadlines are shorter.", Alone: true},
			{File: "owners", Caption: "`/continuity owners`: who answers for what.", Alone: true},
			{File: "plan-check", Caption: "`/continuity plan check`: what is wrong with the plan.", Alone: true},
		}},
		{"Two views of a rating", "Owners confirm or dispute; a third person decides.", []picture{
			{File: "rating-card", Caption: "An owner is asked.", Direct: true},
			{File: "dispute", Caption: "Who decides is told.", Direct: true},
			{File: "dispute-decided", Caption: "Both sides hear the decision.", Direct: true},
			{File: "disputes", Caption: "`/continuity disputes`.", Alone: true},
			{File: "review-due", Caption: "`/continuity review due`.", Alone: true},
		}},
		{"Looking around", "", []picture{
			{File: "home", Caption: "The home tab: what is open, and what is yours."},
			{File: "list", Caption: "What is open.", Alone: true},
			{File: "status", Caption: "`/incident status`.", Alone: true},
			{File: "timeline", Caption: "What has happened.", Alone: true},
			{File: "help", Caption: "`/incident help`.", Alone: true},
		}},
	}
}

// Gallery draws a page of the messages in a folder: NAME.json holds blocks, or a
// view. names are those of the people whom messages mention, by member id.
func Gallery(files fs.FS, names map[string]string) ([]byte, error) {
	a := artist{names}
	all := moments()
	for i := range all {
		for j := range all[i].Pictures {
			p := &all[i].Pictures[j]
			p.Words = a.mrkdwn(p.Caption)
			if err := a.draw(files, p); err != nil {
				return nil, fmt.Errorf("draw %s: %w", p.File, err)
			}
		}
	}
	var b bytes.Buffer
	if err := page.Execute(&b, all); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (a artist) draw(files fs.FS, p *picture) error {
	raw, err := fs.ReadFile(files, p.File+".json")
	if err != nil {
		return err
	}
	p.Kind = "message"
	if raw = bytes.TrimSpace(raw); len(raw) > 0 && raw[0] == '{' {
		var v view
		if err := json.Unmarshal(raw, &v); err != nil {
			return err
		}
		if v.Type != "modal" && v.Type != "home" {
			return errors.New("it is neither blocks nor a view")
		}
		p.Kind, raw = v.Type, v.Blocks
		for to, from := range map[*string]*text{&p.Title: v.Title, &p.Close: v.Close, &p.Submit: v.Submit} {
			if from != nil {
				*to = from.Text
			}
		}
	}
	p.Screen, err = a.blocks(raw)
	return err
}
