package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"holdfast/engine"
	"holdfast/export"
	"holdfast/storage/file"
)

// childWord as the first argument makes this program do one task, so that the
// task's memory can be told from everything else's:
//
//	bench child TASK STORE PAGE
const childWord = "child"

// childReport is what a child prints, as JSON.
type childReport struct {
	Seconds float64
	Peak    int64 // bytes
	Entries int
}

func inChild(ctx context.Context, task, dir, page string) (childReport, error) {
	var report childReport
	self, err := os.Executable()
	if err != nil {
		return report, err
	}
	c := exec.CommandContext(ctx, self, childWord, task, dir, page)
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	if err := c.Run(); err != nil {
		return report, fmt.Errorf("%s in a process of its own: %w: %s", task, err, bytes.TrimSpace(complaint.Bytes()))
	}
	return report, json.Unmarshal(out.Bytes(), &report)
}

func runChild(ctx context.Context, args []string, out, complaint io.Writer) int {
	if len(args) != 3 {
		fmt.Fprintln(complaint, "want child TASK STORE PAGE")
		return exitNotMeasured
	}
	report, err := perform(ctx, args[0], args[1], args[2])
	if err == nil {
		err = json.NewEncoder(out).Encode(report)
	}
	if err != nil {
		fmt.Fprintln(complaint, err)
		return exitNotMeasured
	}
	return exitClean
}

func perform(ctx context.Context, task, dir, page string) (childReport, error) {
	var report childReport
	start := time.Now()
	store, err := file.Open(dir, file.Options{ReadOnly: true})
	if err != nil {
		return report, err
	}
	defer store.Close()
	switch task {
	case "decode":
		for _, err := range engine.Read(ctx, store, exportedJournal, 0) {
			if err != nil {
				return report, err
			}
			report.Entries++
		}
	case "export":
		if err := writePage(ctx, store, page, export.Markdown); err != nil {
			return report, err
		}
	case "html":
		if err := writePage(ctx, store, page, export.HTML); err != nil {
			return report, err
		}
	default:
		return report, fmt.Errorf("no task is called %q", task)
	}
	report.Seconds = time.Since(start).Seconds()
	report.Peak, err = peakMemory()
	return report, err
}

func writePage(ctx context.Context, store *file.Store, name string, write func(context.Context, io.Writer, export.Source, string, export.Options) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(ctx, f, store, exportedJournal, export.Options{}); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// peakMemory returns the most that this process has had in memory at once. On
// Linux the kernel knows (VmHWM); elsewhere it is what the Go runtime has
// asked for so far.
func peakMemory() (int64, error) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.Sys), nil
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if rest, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64)
			return kb * 1024, err
		}
	}
	return 0, fmt.Errorf("the kernel does not tell the peak of memory: %w", lines.Err())
}
