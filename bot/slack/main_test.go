package slack

import (
	"flag"
	"os"
	"testing"

	"holdfast/internal/seeded"
)

var update = flag.Bool("update", false, "write the golden files anew; look at them before committing")

func TestMain(m *testing.M) { os.Exit(seeded.Run(m)) }
