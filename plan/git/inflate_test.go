package git

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"testing"
)

// difference is a pack of one object: the difference to an object of one byte,
// which claims to lead to so many.
func difference(t *testing.T, target uint64) []byte {
	t.Helper()
	claim := binary.AppendUvarint([]byte{1}, target)
	claim = append(claim, 1, 'x') // a byte of its own
	pack := append([]byte("PACK\x00\x00\x00\x02\x00\x00\x00\x01"), 7<<4|byte(len(claim)))
	pack = append(pack, make([]byte, 20)...) // the name of the other object
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(claim); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return append(pack, packed.Bytes()...)
}

func TestADifferenceThatLeadsToTooMuchIsRefused(t *testing.T) {
	for target, want := range map[uint64]error{1: nil, maxObject: nil, maxObject + 1: errInflated, 1 << 40: errInflated, 1<<64 - 1: errInflated} {
		if err := measure(bytes.NewReader(difference(t, target))); !errors.Is(err, want) {
			t.Errorf("%d bytes: %v, want %v", target, err, want)
		}
	}
}

func TestWhatIsNoPackIsAnError(t *testing.T) {
	whole := difference(t, 1)
	for n := range len(whole) - 8 { // the checksum of the packed bytes is not looked at
		if err := measure(bytes.NewReader(whole[:n])); n > 0 && err == nil {
			t.Errorf("the first %d of %d bytes are taken for a pack", n, len(whole))
		}
	}
}

func FuzzMeasure(f *testing.F) {
	f.Add([]byte("PACK\x00\x00\x00\x02\x00\x00\x00\x01"))
	f.Fuzz(func(_ *testing.T, pack []byte) { _ = measure(bytes.NewReader(pack)) })
}
