package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"holdfast/export/picture"
	"holdfast/internal/fault"
	"holdfast/internal/nearest"
	"holdfast/plan"
	"holdfast/plan/bia"
	"holdfast/plan/order"
)

type planPictureCommand struct {
	Dir     string `arg:"" help:"The plan's folder."`
	What    string `help:"What to draw: waves, bia, cost or schedule." enum:"waves,bia,cost,schedule" default:"waves"`
	Process string `help:"Whose analysis, for bia and cost; not needed when the plan has one." placeholder:"ID"`
	Narrow  bool   `help:"Draw for a telephone."`
	Out     string `help:"The file to write, .svg or .png; without it SVG goes to standard output." placeholder:"FILE"`
}

// run draws one picture of a plan. It writes over nothing.
func (c *planPictureCommand) run(_ context.Context, _ func(string) string, io stdio) (int, error) {
	kind := strings.ToLower(filepath.Ext(c.Out))
	if c.Out != "" && kind != ".svg" && kind != ".png" {
		return unusable, fault.Newf(fault.Usage, "Name it .svg or .png.", "%s is neither SVG nor PNG.", c.Out)
	}
	p, err := readPlan(c.Dir)
	if err != nil {
		return unusable, err
	}
	scene, err := c.draw(p)
	if err != nil {
		return unusable, err
	}
	picture := scene.SVG()
	if kind == ".png" {
		if picture, err = scene.PNG(); err != nil {
			return unusable, fault.Wrap(err, fault.TooBig, "The picture cannot be drawn.", "Write .svg instead.")
		}
	}
	if c.Out == "" {
		_, err := io.out.Write(picture)
		return clean, err
	}
	if err := writeNew(c.Out, picture); err != nil {
		return unusable, cannotWrite(c.Out, err)
	}
	fmt.Fprintln(io.out, "wrote", c.Out)
	return clean, nil
}

// drawablePlan reads a plan as its loader does. What its numbers mean together
// is not held against it: an objective that cannot be met is what a picture
// shows best.
func drawablePlan(dir string) (*plan.Plan, error) {
	p, found := plan.Load(dir)
	return p, whyUnusable(dir, p, found)
}

func (c *planPictureCommand) draw(p *plan.Plan) (*picture.Scene, error) {
	view := picture.View{Narrow: c.Narrow}
	switch c.What {
	case "bia", "cost":
		process, err := c.process(p)
		if err != nil {
			return nil, err
		}
		if c.What == "bia" {
			return drawn(picture.Impact(process, view))
		}
		return drawn(picture.Cost(process, bia.Weigh(process), view))
	case "schedule":
		g, err := order.New(p.Services)
		if err != nil {
			return drawn(nil, err)
		}
		return drawn(picture.Schedule(p, g, g.Schedule(order.LimitsOf(p.Policy), nil), view))
	}
	return drawn(picture.Waves(p, nil, view))
}

func drawn(s *picture.Scene, err error) (*picture.Scene, error) {
	if err != nil {
		return nil, fault.Wrap(err, fault.Usage, "There is nothing to draw.", "`holdfast plan check` says what the plan lacks.")
	}
	return s, nil
}

func (c *planPictureCommand) process(p *plan.Plan) (plan.Process, error) {
	var ids []string
	for _, x := range p.Processes {
		if x.ID == c.Process || c.Process == "" && len(p.Processes) == 1 {
			return x, nil
		}
		ids = append(ids, x.ID)
	}
	if c.Process == "" {
		return plan.Process{}, fault.Newf(fault.Missing, "Say --process with one of: "+strings.Join(ids, ", ")+".", "The plan has %d business impact analyses.", len(ids))
	}
	return plan.Process{}, fault.Newf(fault.UnknownID, nearest.Sentence(c.Process, ids, "Those of the plan: "+strings.Join(ids, ", ")+"."), "The plan has no process %q.", c.Process)
}

// writeNew writes a file that is not there yet.
func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
