package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// width returns the columns of a terminal, 80 where there is none.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 20 {
			return columns
		}
	}
	return 80
}
