package file_test

import (
	"sync/atomic"
	"testing"
	"time"

	"holdfast/storage/file"
	"holdfast/storage/storagetest"
)

// countingFS counts syncs of files.
type countingFS struct {
	file.FS
	syncs atomic.Int64
}

func (c *countingFS) Open(name string, mode file.Mode) (file.File, error) {
	f, err := c.FS.Open(name, mode)
	return countingFile{f, &c.syncs}, err
}

type countingFile struct {
	file.File
	syncs *atomic.Int64
}

func (f countingFile) Sync() error {
	f.syncs.Add(1)
	return f.File.Sync()
}

// BenchmarkAppend measures one writer, and 64 on journals of their own,
// against a plain file that is synced after each entry.
func BenchmarkAppend(b *testing.B) {
	for name, load := range map[string]storagetest.Appends{
		"1 writer":   {Writers: 1, Each: 3000, Body: 400},
		"64 writers": {Writers: 64, Each: 1000, Body: 400},
	} {
		b.Run(name, func(b *testing.B) {
			var ours, raw time.Duration
			var syncs int64
			for b.Loop() {
				raw += measureRaw(b, storagetest.Appends{Writers: 1, Each: 3000, Body: load.Body})
				took, n := measureAppends(b, load)
				ours += took
				syncs += n
			}
			appends := float64(load.Total() * b.N)
			rate, control := appends/ours.Seconds(), float64(3000*b.N)/raw.Seconds()
			b.ReportMetric(rate, "appends/s")
			b.ReportMetric(control, "raw/s")
			b.ReportMetric(rate/control, "x-raw")
			b.ReportMetric(float64(syncs)/appends, "syncs/append")
		})
	}
}

func measureRaw(b *testing.B, load storagetest.Appends) time.Duration {
	b.Helper()
	f, err := file.Directory(b.TempDir()).Open("raw", file.Create)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	start := time.Now()
	if err := load.RunRaw(f); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func measureAppends(b *testing.B, load storagetest.Appends) (time.Duration, int64) {
	b.Helper()
	dir := b.TempDir()
	disk := &countingFS{FS: file.Directory(dir)}
	s, err := file.Open(dir, file.Options{FS: disk})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	disk.syncs.Store(0)
	start := time.Now()
	if err := load.Run(b.Context(), s); err != nil {
		b.Fatal(err)
	}
	took, syncs := time.Since(start), disk.syncs.Load()
	if err := load.Check(b.Context(), s); err != nil {
		b.Fatal(err)
	}
	return took, syncs
}

// BenchmarkColdStart opens a store of 545,000 entries and reads what a start
// needs of it.
func BenchmarkColdStart(b *testing.B) {
	dir := b.TempDir()
	s, err := file.Open(dir, file.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := storagetest.TenYears.Fill(b.Context(), s); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		s, err := file.Open(dir, file.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := storagetest.TenYears.ReadAtStart(b.Context(), s); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
