package northbridge_test

import (
	"fmt"
	"os"
	"testing"
)

// folder is where the program is built; it is gone when the tests are over.
var folder string

func tempDir() (string, error) {
	var err error
	folder, err = os.MkdirTemp("", "holdfast-northbridge-")
	return folder, err
}

func TestMain(m *testing.M) {
	code := m.Run()
	if folder != "" {
		if err := os.RemoveAll(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}
