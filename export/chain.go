package export

import (
	"fmt"

	"holdfast/storage"
)

// maxBreaks is how many breaks of one journal are named; all are counted.
const maxBreaks = 10

// chain checks entries one after the other and goes on behind a break, so that
// everything that can be read is shown and every break is found.
type chain struct {
	journal string
	count   uint64 // entries seen
	seq     uint64 // of the last one
	head    storage.Hash
	named   []string // the first breaks
	breaks  int
}

func (c *chain) add(e storage.Entry) {
	switch {
	case e.Journal != c.journal:
		c.breakAt("chain breaks at %s#%d: an entry of %s stands there", c.journal, c.seq+1, e.Journal)
	case e.Seq != c.seq+1:
		c.breakAt("chain breaks at %s#%d: entry %d stands there", c.journal, c.seq+1, e.Seq)
	case storage.Chain(c.head, e.Journal, e.Seq, e.Kind, e.Body) != e.Hash:
		c.breakAt("chain breaks at %s#%d: its bytes do not give its hash", c.journal, e.Seq)
	}
	c.count, c.seq, c.head = c.count+1, e.Seq, e.Hash
}

// cut says that nothing behind the last entry can be read.
func (c *chain) cut(err error) {
	c.breakAt("%s cannot be read after entry %d: %v", c.journal, c.seq, err)
}

func (c *chain) breakAt(format string, args ...any) {
	c.breaks++
	if len(c.named) < maxBreaks {
		c.named = append(c.named, fmt.Sprintf(format, args...))
	}
}
