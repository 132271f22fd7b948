package file

import (
	_ "example/domain"
	_ "example/fault"
	_ "example/store"
	_ "lib.example/disk"
)
