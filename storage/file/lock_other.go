//go:build !unix

package file

import (
	"errors"
	"io"
)

// lockFile refuses: without a lock that dies with its process, two writers
// could harm each other unseen.
func lockFile(string, int) (io.Closer, error) {
	return nil, errors.New("this system offers no file lock that ends with its process")
}
