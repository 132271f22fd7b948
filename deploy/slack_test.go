package deploy_test

import (
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// app is what of a manifest is looked at.
type app struct {
	Features struct {
		Shortcuts []struct {
			Type       string `yaml:"type"`
			CallbackID string `yaml:"callback_id"`
		} `yaml:"shortcuts"`
		SlashCommands []struct {
			Command string `yaml:"command"`
			URL     string `yaml:"url"`
		} `yaml:"slash_commands"`
	} `yaml:"features"`
	OAuth struct {
		Scopes map[string][]string `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Settings struct {
		Events struct {
			URL string   `yaml:"request_url"`
			Bot []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
		Socket bool `yaml:"socket_mode_enabled"`
	} `yaml:"settings"`
}

func TestTheManifestsOfTheSlackAppAskForWhatABotNeedsAndNoMore(t *testing.T) {
	for file, socket := range map[string]bool{"slack/manifest.yaml": false, "slack/socket-mode.yaml": true} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var a app
		if err := yaml.Unmarshal(text, &a); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if a.Settings.Socket != socket || (a.Settings.Events.URL == "") != socket {
			t.Errorf("%s: Socket Mode %t, events to %q", file, a.Settings.Socket, a.Settings.Events.URL)
		}
		for _, c := range a.Features.SlashCommands {
			if (c.URL == "") != socket {
				t.Errorf("%s: %s goes to %q", file, c.Command, c.URL)
			}
		}
		if len(a.Features.SlashCommands) != 4 || len(a.Features.Shortcuts) != 7 || len(a.Settings.Events.Bot) < 10 {
			t.Errorf("%s: %+v", file, a)
		}
		for kind, scopes := range a.OAuth.Scopes {
			if kind != "bot" {
				t.Errorf("%s: scopes of a %s", file, kind)
			}
			for _, s := range scopes {
				if strings.HasPrefix(s, "admin") || strings.HasSuffix(s, ":write.public") || s == "users:read.email" {
					t.Errorf("%s: %s is more than a bot needs", file, s)
				}
			}
		}
	}
}
