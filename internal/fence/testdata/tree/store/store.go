package store

import _ "example/fault"
