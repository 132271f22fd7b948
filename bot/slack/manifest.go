package slack

import (
	_ "embed"
	"strings"
	"text/template"
)

//go:embed manifest.yaml.tmpl
var manifestText string

var manifestTemplate = template.Must(template.New("manifest").Option("missingkey=error").Parse(manifestText))

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
