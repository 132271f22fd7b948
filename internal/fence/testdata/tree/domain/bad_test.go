package domain_test

import (
	"time"

	_ "example/store"
)

var sleep = time.Sleep
