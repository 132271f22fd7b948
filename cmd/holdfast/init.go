package main

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"holdfast/cmd/holdfast/config"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/web"
)

//go:embed all:skeleton
var skeleton embed.FS

type initCommand struct {
	Dir    string `arg:"" optional:"" help:"Where to begin." default:"." placeholder:"DIR"`
	Person string `help:"Your id, as chat is to call you; default your user name here." placeholder:"ID"`
	Name   string `help:"Your name." placeholder:"NAME"`
	Plan   string `help:"Write a plan alone, with an explanation of each kind of file, into this new folder." placeholder:"DIR"`
	Store  string `help:"Where the journals are kept: file:DIR or redis://user@host:6379." placeholder:"STORE"`
}

// run writes a configuration, a plan to grow from, and a first token, and reads
// all of it back. It writes over nothing.
func (c *initCommand) run(_ context.Context, env func(string) string, std stdio) (int, error) {
	if c.Plan != "" {
		return c.runPlan(env, std)
	}
	values := c.values(env)
	files, err := drawSkeleton(skeleton, "skeleton", values)
	if err != nil {
		return unusable, err
	}
	if err := c.refuseTaken(files); err != nil {
		return unusable, err
	}
	for _, f := range files {
		path := filepath.Join(c.Dir, f.name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return unusable, cannotWrite(path, err)
		}
		if err := os.WriteFile(path, f.text, 0o644); err != nil {
			return unusable, cannotWrite(path, err)
		}
		fmt.Fprintln(std.out, "wrote", path)
	}
	token, err := c.firstToken(values.Person)
	if err != nil {
		return unusable, err
	}
	fmt.Fprintln(std.out, "wrote", filepath.Join(c.Dir, "tokens"))
	if err := c.readBack(env); err != nil {
		return findings, err
	}
	fmt.Fprintf(std.out, `
The plan checks clean and the configuration is in order. Next:
  holdfast rehearse %[1]s
  holdfast serve --config %[2]s
  HOLDFAST_TOKEN=%[3]s holdfast chat --server http://127.0.0.1:8080
The token is @%[4]s's, good for %[5]s, and shown only here.
`, filepath.Join(c.Dir, "plan", "scenarios", "first.txt"), filepath.Join(c.Dir, "holdfast.yaml"), token, values.Person, firstTokenLife)
	return clean, nil
}

// skeletonValues are what the skeleton's files leave open.
type skeletonValues struct {
	Dir, Person, Name, Store string
	Today                    string // a date
	Redis                    bool
}

func (c *initCommand) values(env func(string) string) skeletonValues {
	dir := filepath.ToSlash(filepath.Clean(c.Dir))
	v := skeletonValues{Dir: dir, Person: strings.ToLower(cmp.Or(c.Person, env("USER"))), Name: c.Name, Store: c.Store, Today: clock.System{}.Now().UTC().Format(time.DateOnly)}
	if v.Name == "" {
		v.Name = v.Person
	}
	if v.Store == "" {
		v.Store = "file:" + dir + "/data"
	}
	v.Redis = !strings.HasPrefix(v.Store, "file:")
	return v
}

type drawnFile struct {
	name string
	text []byte
}

// drawSkeleton fills in the files below a folder that is built in.
func drawSkeleton(from fs.FS, root string, v skeletonValues) ([]drawnFile, error) {
	if v.Person == "" {
		return nil, fault.New(fault.Missing, "Your user name is not known here.", "Say --person with an id such as alice.")
	}
	if !plan.IsID(v.Person) {
		return nil, fault.Newf(fault.UnknownID, "Use --person with an id such as alice.", "%q cannot be an id: lower-case letters, digits and -.", v.Person)
	}
	if strings.ContainsAny(v.Name+v.Store, "\n\r\"{}#") {
		return nil, fault.New(fault.Usage, "The name or the store holds characters that would not stand in YAML.", "Leave them out, and edit the files afterwards.")
	}
	var all []drawnFile
	err := fs.WalkDir(from, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(from, path)
		if err != nil {
			return err
		}
		t, err := template.New(path).Option("missingkey=error").Parse(string(text))
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := t.Execute(&out, v); err != nil {
			return err
		}
		all = append(all, drawnFile{filepath.FromSlash(strings.TrimPrefix(path, root+"/")), out.Bytes()})
		return nil
	})
	return all, err
}

// refuseTaken names everything that is there already.
func (c *initCommand) refuseTaken(files []drawnFile) error {
	var taken []string
	for _, name := range append(names(files), "tokens") {
		if _, err := os.Lstat(filepath.Join(c.Dir, name)); !errors.Is(err, fs.ErrNotExist) {
			taken = append(taken, name)
		}
	}
	if len(taken) == 0 {
		return nil
	}
	return fault.Newf(fault.Usage, "Name another folder, or move them away; nothing was written.", "In %s there is already: %s.", c.Dir, strings.Join(taken, ", "))
}

func names(files []drawnFile) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.name)
	}
	return all
}

func cannotWrite(path string, err error) error {
	return fault.Wrap(err, fault.Usage, path+" cannot be written.", "Look at the folder and its rights.")
}

const firstTokenLife = "90d"

func (c *initCommand) firstToken(person string) (string, error) {
	life, err := plan.ParseDuration(firstTokenLife)
	if err != nil {
		return "", err
	}
	token, line, err := web.NewToken(person, clock.System{}.Now().Add(life))
	if err != nil {
		return "", err
	}
	path := filepath.Join(c.Dir, "tokens")
	if err := os.WriteFile(path, []byte("# person expiry sha256:HASH; `holdfast token` makes them\n"+line+"\n"), 0o600); err != nil {
		return "", cannotWrite(path, err)
	}
	_, err = web.OpenTokens(path, clock.System{})
	return token, err
}

// readBack reads what was written as a server will.
func (c *initCommand) readBack(env func(string) string) error {
	if _, err := config.Load(filepath.Join(c.Dir, "holdfast.yaml"), env); err != nil {
		return err
	}
	_, err := readPlan(filepath.Join(c.Dir, "plan"))
	return err
}
