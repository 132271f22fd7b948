package outbound_test

import (
	"context"
	"encoding/binary"
	"net"
	"sync"
	"testing"
)

// names is a resolver that gives every name the addresses it is told, one a
// lookup and the last one for ever, over a true DNS server on loopback.
func names(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	server, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() { answerNames(server, addresses) })
	t.Cleanup(func() {
		server.Close()
		running.Wait()
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func answerNames(server net.PacketConn, addresses []string) {
	buf := make([]byte, 1500)
	for {
		n, from, err := server.ReadFrom(buf)
		if err != nil {
			return // closed
		}
		const header, typeA = 12, 1
		end := header // of the question
		for end < n && buf[end] != 0 {
			end += int(buf[end]) + 1
		}
		end += 5
		if end > n {
			continue
		}
		reply := append([]byte{}, buf[:end]...)
		reply[2], reply[3] = 0x81, 0x80 // an answer, without error
		copy(reply[4:], []byte{0, 1, 0, 0, 0, 0, 0, 0})
		if binary.BigEndian.Uint16(buf[end-4:]) == typeA {
			reply[7] = 1
			reply = append(reply, 0xc0, header, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4)
			reply = append(reply, net.ParseIP(addresses[0]).To4()...)
			if len(addresses) > 1 {
				addresses = addresses[1:]
			}
		}
		if _, err := server.WriteTo(reply, from); err != nil {
			return
		}
	}
}
