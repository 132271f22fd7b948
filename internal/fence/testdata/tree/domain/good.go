package domain

import (
	"time"

	_ "example/fault"
	_ "lib.example/lib"
	_ "lib.example/lib/sub"
)

var zero time.Time
