package domain_test

import (
	"net/http"
	"time"

	_ "example/domain"
	_ "example/store/storetest"
	_ "lib.example/check"
)

var (
	now = time.Now()
	get = http.Get
)
