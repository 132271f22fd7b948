package ignored

import _ "example/store"
