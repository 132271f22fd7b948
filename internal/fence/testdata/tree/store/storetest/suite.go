package storetest

import _ "example/store"
