// Command bench measures Holdfast against what the machine itself can do and
// prints one table. Each figure stands beside a control that was measured in
// the same run, in turns with it, so that the ratio means something on a
// machine that others use too. docs/benchmarks.md tells how to read it.
//
// It exits 1 when a count is off (entries that cannot be read back, a chain
// that does not hold, fewer fdatasync calls than acknowledgements need), and 2
// when it could not measure. A missed target is printed and is no failure: a
// benchmark on a shared machine is no test.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/pprof"
	"strings"
	"syscall"
)

// Exit codes.
const (
	exitClean = iota
	exitMiscounted
	exitNotMeasured
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// benchmarks is the table of contents, in the order of the rows.
var benchmarks = []struct {
	name    string
	measure func(context.Context, *bench) ([]row, error)
}{
	{"many", manyWriters},
	{"one", oneWriter},
	{"cold", coldStart},
	{"export", exportRecord},
	{"do", doNotes},
	{"fold", foldEntries},
	{"redis", redisAppends},
	{"redismemory", redisMemory},
	{"rediscold", redisColdStart},
	{"http", httpNotes},
	{"ack", httpAnswers},
	{"page", pageLeaves},
	{"slack", slackDeclares},
	{"slackhang", slackHangs},
	{"plan", planGrowth},
}

// bench is one run: how much is measured, and where on disk.
type bench struct {
	sizes
	dir string
}

func run(ctx context.Context, args []string, out, progress io.Writer) int {
	if len(args) > 0 && args[0] == childWord {
		return runChild(ctx, args[1:], out, progress)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress)
	quick := flags.Bool("quick", false, "tiny sizes: shows that it works, measures nothing")
	only := flags.String("only", "", "measure these alone, separated by commas: "+names())
	dir := flags.String("dir", "", "make the stores in a new folder of this directory; empty is the system's for temporary files")
	profile := flags.String("cpuprofile", "", "write a CPU profile to this file")
	if err := flags.Parse(args); err != nil {
		return exitNotMeasured
	}
	temp, err := os.MkdirTemp(*dir, "holdfast-bench-")
	if err != nil {
		fmt.Fprintln(progress, "make a folder to measure in:", err)
		return exitNotMeasured
	}
	defer os.RemoveAll(temp)
	if *profile != "" {
		stop, err := startProfile(*profile)
		if err != nil {
			fmt.Fprintln(progress, "profile:", err)
			return exitNotMeasured
		}
		defer stop()
	}
	b := &bench{sizes: fullSizes, dir: temp}
	fmt.Fprintln(out, machine(temp))
	if *quick {
		b.sizes = quickSizes
		fmt.Fprintln(out, "quick: the sizes are too small for the figures to mean anything")
	}
	rows, err := b.all(ctx, *only, progress)
	printTable(out, rows)
	if err != nil {
		fmt.Fprintln(progress, err)
		return exitNotMeasured
	}
	return verdictOf(rows)
}

func (b *bench) all(ctx context.Context, only string, progress io.Writer) ([]row, error) {
	var rows []row
	for _, m := range benchmarks {
		if only != "" && !strings.Contains(","+only+",", ","+m.name+",") {
			continue
		}
		fmt.Fprintf(progress, "measuring %s ...\n", m.name)
		measured, err := m.measure(ctx, b)
		rows = append(rows, measured...)
		if err != nil {
			return rows, fmt.Errorf("measure %s: %w", m.name, err)
		}
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("nothing is called %q; there are %s", only, names())
	}
	return rows, nil
}

func names() string {
	all := make([]string, len(benchmarks))
	for i, m := range benchmarks {
		all[i] = m.name
	}
	return strings.Join(all, ",")
}

func startProfile(name string) (stop func(), err error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		f.Close()
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}, nil
}
