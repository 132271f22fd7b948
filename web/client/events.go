package client

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"holdfast/web"
)

// Listener is told what happens, in order.
type Listener interface {
	Record(web.Record)
	Chat(web.Happening)
	// Connected is told each time a stream begins, Lost each time one ends; it
	// is begun again where it ended.
	Connected()
	Lost(err error)
}

// The pauses before a lost stream is begun again.
const (
	firstAgain = 200 * time.Millisecond
	lastAgain  = 5 * time.Second
)

// Follow tells what happens until ctx ends. A stream that is lost is begun
// again after what was told last.
func (c *Client) Follow(ctx context.Context, l Listener) {
	last := ""
	for again := firstAgain; ; again = min(2*again, lastAgain) {
		err := c.stream(ctx, &last, l, func() { again = firstAgain })
		if ctx.Err() != nil {
			return
		}
		l.Lost(err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(again):
		}
	}
}

// stream reads one stream to its end.
func (c *Client) stream(ctx context.Context, last *string, l Listener, begun func()) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.String()+"/api/v1/events", nil)
	if err != nil {
		return fmt.Errorf("follow the server: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.o.Token)
	if *last != "" {
		req.Header.Set("Last-Event-ID", *last)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return unreached(c.base.Host, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return problemOf(resp)
	}
	begun()
	l.Connected()
	return read(bufio.NewReader(resp.Body), last, l)
}

// read takes events apart. A line of any length is one field; an empty line
// ends an event.
func read(lines *bufio.Reader, last *string, l Listener) error {
	var name, id, data string
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return fmt.Errorf("the stream of events ended: %w", err)
		}
		field, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			name = value
		case "id":
			id = value
		case "data":
			data += value
		case "":
			if data == "" {
				continue // a remark
			}
			if err := tell(name, data, l); err != nil {
				return err
			}
			if id != "" {
				*last = id
			}
			name, id, data = "", "", ""
		}
	}
}

func tell(name, data string, l Listener) error {
	switch name {
	case "record":
		var r web.Record
		if err := json.Unmarshal([]byte(data), &r); err != nil {
			return fmt.Errorf("read an event: %w", err)
		}
		l.Record(r)
	case "chat":
		var h web.Happening
		if err := json.Unmarshal([]byte(data), &h); err != nil {
			return fmt.Errorf("read an event: %w", err)
		}
		l.Chat(h)
	}
	return nil // a kind that a newer server tells of
}
