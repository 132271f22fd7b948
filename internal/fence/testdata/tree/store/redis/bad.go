package redis

import _ "lib.example/disk"
