package main

import (
	_ "example/store/redis"
	_ "lib.example/anything"
)
