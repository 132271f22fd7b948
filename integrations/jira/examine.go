package jira

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"holdfast/integrations"
)

// Examined is what Jira says of itself, of Holdfast in it and of a project.
type Examined struct {
	Kind    string   // "Jira Cloud", "Jira Data Center 9.12.0"
	Account string   // who Holdfast is there
	Types   []string // of the project's tickets; empty when Jira does not tell
	// Looked are the states of the tickets whose steps were looked at, Steps what
	// their workflows offer there; both empty where the project has no ticket yet.
	Looked, Steps []string
}

// Examine looks at Jira and one project, empty for none, without changing
// anything.
func (t *Tracker) Examine(ctx context.Context, project string) (Examined, error) {
	var x Examined
	about, err := t.serverInfo(ctx)
	if err != nil {
		return x, err
	}
	x.Kind = "Jira Data Center " + line(about.Version, "")
	if about.Deployment == "Cloud" {
		x.Kind = "Jira Cloud"
	}
	me, err := t.myself(ctx)
	if err != nil {
		return x, err
	}
	if x.Account = line(me.DisplayName, me.Name); project == "" {
		return x, nil
	}
	if err := t.project(ctx, project, &x); err != nil {
		return x, err
	}
	return x, t.steps(ctx, project, &x)
}

func (t *Tracker) project(ctx context.Context, project string, x *Examined) error {
	if !projectForm.MatchString(project) {
		return integrations.UnknownProject(project)
	}
	var p struct {
		Types []struct {
			Name string `json:"name"`
		} `json:"issueTypes"`
	}
	err := t.call(ctx, http.MethodGet, "rest/api/2/project/"+segment(project), nil, &p)
	if isMissing(err) {
		return integrations.UnknownProject(project)
	}
	if err != nil {
		return t.failed(err)
	}
	for _, one := range p.Types {
		x.Types = append(x.Types, line(one.Name, "?"))
	}
	return nil
}

// samples is at how many tickets' steps is looked, each in another state.
const samples = 8

// steps asks tickets of the project what their workflow offers: only with rights
// over all of Jira could the workflow itself be read.
func (t *Tracker) steps(ctx context.Context, project string, x *Examined) error {
	found, err := t.search(ctx, fmt.Sprintf("project = %q ORDER BY created DESC", project), []string{"status", "issuetype"}, 50, nil)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, issue := range found {
		if issue.Fields == nil || issue.Fields.Status == nil || !keyForm.MatchString(issue.Key) {
			continue
		}
		kind := issue.Fields.Type.Name
		if from := kind + " " + issue.Fields.Status.Name; seen[from] || len(seen) >= samples || kind != t.options.Type && kind != t.options.SubType {
			continue
		} else {
			seen[from] = true
		}
		x.Looked = append(x.Looked, line(issue.Fields.Status.Name, "?"))
		offered, _, err := t.api.Issue.GetTransitionsWithContext(ctx, issue.Key)
		if err != nil {
			return t.of(issue.Key, err)
		}
		for _, o := range offered {
			x.Steps = append(x.Steps, line(o.Name, "?"), line(o.To.Name, "?"))
		}
	}
	slices.Sort(x.Looked)
	slices.Sort(x.Steps)
	x.Looked, x.Steps = slices.Compact(x.Looked), slices.Compact(x.Steps)
	return nil
}

// Offers says whether a step of that name was seen.
func (x Examined) Offers(step string) bool {
	return slices.ContainsFunc(x.Steps, func(s string) bool { return strings.EqualFold(s, step) })
}
