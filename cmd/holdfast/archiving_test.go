package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

func TestAServerArchivesWhatHasLongBeenClosedAndReadsItAllTheSame(t *testing.T) {
	t.Parallel()
	socket := startRedisWith(t, "--appendonly", "yes", "--appendfsync", "always")
	admin := goredis.NewClient(&goredis.Options{Network: "unix", Addr: strings.TrimSuffix(strings.TrimPrefix(socket, "unix://"), "?db=0")})
	defer admin.Close()
	bot, archivist := documentedUser(t, "holdfast"), documentedUser(t, "holdfast-archive")
	for _, user := range [][]any{bot, archivist} {
		if err := admin.Do(t.Context(), user...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	c := settingsFor(t, shareProviders(t))
	c.StoreURL = strings.Replace(socket, "unix://", "unix://holdfast:PASSWORD@", 1)
	c.ArchiveURL = strings.Replace(socket, "unix://", "unix://holdfast-archive:PASSWORD@", 1)
	c.ArchiveDir, c.ArchiveAfter = filepath.Join(t.TempDir(), "archive"), time.Nanosecond
	first, second := openSite(t, c), openSite(t, c)
	first.as("alice").say("", `declare "trouble" sev:3`)
	first.as("alice").done("INC-1")
	first.as("alice").say("#inc-1-trouble", `close as:false-alarm because "planned restart"`)
	first.as("judy").done("INC-1")
	eventually(t, func() bool {
		return second.as("judy").state("INC-1").Entries == first.as("judy").state("INC-1").Entries
	})
	before := first.as("judy").state("INC-1")

	first.archiving.once(t.Context())
	files, err := filepath.Glob(filepath.Join(c.ArchiveDir, "INC-1-*.jsonl"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	if n := admin.Exists(t.Context(), "holdfast:{main}:j:INC-1").Val(); n != 0 {
		t.Error("its entries are still in Redis")
	}
	third := openSite(t, c) // it has never seen the incident
	for name, s := range map[string]*site{"the first": first, "the second": second, "a new one": third} {
		if got := s.as("judy").state("INC-1"); got.Entries != before.Entries || got.Head != before.Head {
			t.Errorf("%s: %d entries, want %d", name, got.Entries, before.Entries)
		}
		if status, text := s.as("judy").call(http.MethodGet, "/api/v1/incidents/INC-1/export?format=jsonl", ""); status != http.StatusOK || strings.Count(text, "\n") < int(before.Entries) {
			t.Errorf("%s: export %d, %d lines", name, status, strings.Count(text, "\n"))
		}
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	fourth := openSite(t, c)
	if status, text := fourth.as("judy").call(http.MethodGet, "/api/v1/incidents/INC-1", ""); status == http.StatusOK || !strings.Contains(text, filepath.Base(files[0])) {
		t.Errorf("without its file: %d %s", status, text)
	}
}

// documentedUser returns the words of the command in docs/redis.md.
func documentedUser(t *testing.T, name string) []any {
	t.Helper()
	page, err := os.ReadFile("../../docs/redis.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "ACL SETUSER "+name+" ") {
			var words []any
			for _, w := range strings.Fields(line) {
				words = append(words, w)
			}
			return words
		}
	}
	t.Fatalf("docs/redis.md shows no user %s", name)
	return nil
}
