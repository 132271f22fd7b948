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
// without a path; empty is Socket Mode. commands are the slash commands, without
// the stroke.
func Manifest(url string, commands []string) string {
	var b strings.Builder
	data := struct {
		URL      string
		Commands []string
	}{strings.TrimSuffix(url, "/"), commands}
	if err := manifestTemplate.Execute(&b, data); err != nil {
		panic(err) // the template and its data are in this file
	}
	return b.String()
}
