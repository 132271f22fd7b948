package git_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/internal/fault"
)

func TestARepositoryThatNeverEndsItsListIsCutOff(t *testing.T) {
	s := newSite(t)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		can := "\x00ofs-delta"
		for i := 1; ; i++ {
			line := fmt.Sprintf("%040x refs/heads/%d%s\n", i, i, can)
			can = ""
			if _, err := fmt.Fprintf(conn, "%04x%s", len(line)+4, line); err != nil {
				return
			}
		}
	}()
	s.options.URL, s.options.Most = "git://"+l.Addr().String()+"/plan.git", 1<<20
	s.begin()
	if err := s.Look(t.Context()); !strings.Contains(fault.From(err).Text, "sends more than") {
		t.Errorf("got %v", err)
	}
}

func TestAFileThatUnpacksToTooMuchIsRefusedBeforeAnythingIsKept(t *testing.T) {
	s := newSite(t)
	first := s.Commit("The plan")
	s.begin()
	s.looks()
	if err := os.WriteFile(filepath.Join(s.Work, "zeros"), make([]byte, 64<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Commit("A file of nothing")
	if err := s.Look(t.Context()); !strings.Contains(fault.From(err).Text, "unpacks to more than 64 MiB") {
		t.Errorf("got %v", err)
	}
	if st := s.Standing(); st.Commit != first || st.Err == nil {
		t.Errorf("got %+v", st)
	}
	if packs, err := filepath.Glob(filepath.Join(s.options.Dir, "objects", "pack", "*.pack")); err != nil || len(packs) != 1 {
		t.Errorf("%d packs are kept, %v", len(packs), err)
	}
}
