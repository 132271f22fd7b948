package slack

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

//go:embed manifest.yaml.tmpl
var manifestText string

var manifestTemplate = template.Must(template.New("manifest").Option("missingkey=error").Parse(manifestText))

var neededScopes = regexp.MustCompile(`(?m)^      - ([a-z_.]+(?::[a-z_.]+)?) *(?:#.*)?$`)

// slashCommand is one that people can type.
type slashCommand struct{ Name, Says, Hint string }

// Scopes are what the app must be allowed, sorted.
func Scopes() []string {
	_, rest, _ := strings.Cut(manifestText, "oauth_config:")
	part, _, _ := strings.Cut(rest, "settings:")
	var all []string
	for _, m := range neededScopes.FindAllStringSubmatch(part, -1) {
		all = append(all, m[1])
	}
	slices.Sort(all)
	return all
}

// Manifest returns the manifest of the app, as YAML: what it is called, what it
// hears and the least it must be allowed. url is where Slack reaches the server,
// without a path; empty is Socket Mode. incident and continuity are the slash commands of
// each root, without the stroke.
func Manifest(url string, incident, continuity []string) string {
	var b strings.Builder
	data := struct {
		URL      string
		Commands []slashCommand
	}{strings.TrimSuffix(url, "/"), nil}
	for _, name := range incident {
		data.Commands = append(data.Commands, slashCommand{name, "Declare and run an incident.", `declare "title" | status | help`})
	}
	for _, name := range continuity {
		data.Commands = append(data.Commands, slashCommand{name, "Ask the continuity plan.", "plan show | waves | impact SERVICE | help"})
	}
	if err := manifestTemplate.Execute(&b, data); err != nil {
		panic(err) // the template and its data are in this file
	}
	return b.String()
}
