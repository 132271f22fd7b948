package commands

import (
	"context"
	"strings"

	"holdfast/internal/fault"
)

// room returns the incident of the room the request came from, "" when it is
// no incident's room.
func (c *Call) room(ctx context.Context) (string, error) {
	if c.request.Form != nil && c.request.Form.Of != "" {
		return c.request.Form.Of, nil
	}
	return c.roomNamed(ctx, c.request.Room)
}

// roomNamed returns the incident whose room has the name, "" when there is none.
func (c *Call) roomNamed(ctx context.Context, name string) (string, error) {
	id := roomIncident(name)
	if id == "" {
		return "", nil
	}
	s, err := c.recent(ctx, id)
	switch {
	case fault.CodeOf(err) == fault.UnknownID:
		return "", nil
	case err != nil:
		return "", err
	case s.Room != name:
		return "", nil
	}
	return id, nil
}

// roomIncident reads "#inc-1-checkout-failing" as INC-1.
func roomIncident(room string) string {
	parts := strings.SplitN(strings.TrimPrefix(room, "#"), "-", 3)
	if len(parts) < 2 || parts[0] != "inc" && parts[0] != "drl" || strings.Trim(parts[1], "0123456789") != "" || parts[1] == "" {
		return ""
	}
	return strings.ToUpper(parts[0] + "-" + parts[1])
}
