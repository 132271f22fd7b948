package templates

import (
	"os"
	"testing"

	"holdfast/internal/seeded"
)

func TestMain(m *testing.M) { os.Exit(seeded.Run(m)) }
