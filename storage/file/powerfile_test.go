package file

import (
	"bytes"
	"io"
)

type powerFile struct {
	disk *powerFS
	node *inode
}

func (f *powerFile) ReadAt(p []byte, offset int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if !f.disk.spend() {
		return 0, errPower
	}
	if offset >= int64(len(f.node.data)) {
		return 0, io.EOF
	}
	n := copy(p, f.node.data[offset:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteAt may reach the disk even when the power goes during the call.
func (f *powerFile) WriteAt(p []byte, offset int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.disk.callsLeft == 0 {
		return 0, errPower
	}
	f.node.data = overwrite(f.node.data, offset, p)
	f.node.writes = append(f.node.writes, unsynced{offset, bytes.Clone(p)})
	if !f.disk.spend() {
		return 0, errPower
	}
	return len(p), nil
}

func (f *powerFile) Sync() error {
	if hold := f.disk.held(); hold != nil {
		hold <- struct{}{}
		<-hold
	}
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.disk.failSync != nil {
		return f.disk.failSync
	}
	if !f.disk.spend() {
		return errPower
	}
	f.node.synced, f.node.writes = bytes.Clone(f.node.data), nil
	return nil
}

func (f *powerFile) Size() (int64, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return int64(len(f.node.data)), nil
}

func (f *powerFile) Close() error { return nil }

func (d *powerFS) held() chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.holdSync
}

// hold sets the channel that the next Syncs are held by; nil lets them pass.
func (d *powerFS) hold(c chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.holdSync = c
}
