package domain

import (
	_ "net/http"
	clock "time"

	_ "example/store"
	_ "lib.example/other/sub"
)

var now = clock.Now()
