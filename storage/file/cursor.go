package file

import "encoding/binary"

// cursor reads the parts of a payload one after the other. After the first
// part that is not there it has failed and yields nothing more.
type cursor struct {
	rest   []byte
	failed bool
}

func (c *cursor) bytes(n uint64) []byte {
	if c.failed || n > uint64(len(c.rest)) {
		c.failed = true
		return nil
	}
	part := c.rest[:n:n]
	c.rest = c.rest[n:]
	return part
}

// fixed reads eight bytes, little-endian.
func (c *cursor) fixed() uint64 {
	if part := c.bytes(8); part != nil {
		return binary.LittleEndian.Uint64(part)
	}
	return 0
}

// fixed32 reads four bytes, little-endian.
func (c *cursor) fixed32() uint32 {
	if part := c.bytes(4); part != nil {
		return binary.LittleEndian.Uint32(part)
	}
	return 0
}

// number reads a uvarint and accepts only its shortest form.
func (c *cursor) number() uint64 {
	if c.failed {
		return 0
	}
	v, n := binary.Uvarint(c.rest)
	if n <= 0 || (n > 1 && c.rest[n-1] == 0) {
		c.failed = true
		return 0
	}
	c.rest = c.rest[n:]
	return v
}

// count reads how many parts follow. Each takes at least one byte, so a
// larger number is a fault and cannot make its reader loop for long.
func (c *cursor) count() uint64 {
	n := c.number()
	if n > uint64(len(c.rest)) {
		c.failed = true
		return 0
	}
	return n
}

// text reads a length and that many bytes.
func (c *cursor) text() []byte { return c.bytes(c.number()) }
