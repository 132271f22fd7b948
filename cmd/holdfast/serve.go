package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"holdfast/cmd/holdfast/config"
	"holdfast/internal/fault"
	"holdfast/internal/telemetry"
)

type serveCommand struct {
	Config string `help:"The file of settings; docs/configuration.md lists them." env:"HOLDFAST_CONFIG" placeholder:"FILE" short:"c"`
}

// stopLimit is how long a server takes to stop, whatever hangs.
const stopLimit = 5 * time.Second

func (c *serveCommand) run(ctx context.Context, env func(string) string, std stdio) (int, error) {
	settings, err := c.settings(env, std)
	if err != nil {
		return unusable, err
	}
	log, err := telemetry.Logger(std.err, settings.LogLevel, settings.LogFormat)
	if err != nil {
		return unusable, err
	}
	s, err := newServer(ctx, settings, env, log)
	if err != nil {
		return unusable, err
	}
	s.start()
	for _, line := range s.where() {
		fmt.Fprintln(std.out, line)
	}
	<-ctx.Done()
	log.Info("stopping")
	stopping, done := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer done()
	if err := s.stop(stopping); err != nil {
		return findings, err
	}
	log.Info("stopped")
	return clean, nil
}

// settings reads the configuration; all that is wrong with it is printed.
func (c *serveCommand) settings(env func(string) string, std stdio) (config.Config, error) {
	settings, err := config.Load(c.Config, env)
	return settings, told(err, std.err)
}

// told prints every problem of a configuration and returns an error that says
// the rest.
func told(err error, w io.Writer) error {
	var found config.Problems
	if !errors.As(err, &found) {
		return err
	}
	for _, p := range found {
		fmt.Fprintln(w, p)
	}
	return fault.New(fault.Usage, "The configuration cannot be used.", "docs/configuration.md lists the settings; nothing was started.")
}
