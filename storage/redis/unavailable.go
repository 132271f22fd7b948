package redis

import (
	"context"
	"errors"
	"net"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/fault"
	"holdfast/storage"
)

const (
	remedyUnreachable = "Start Redis, or mend the way to it, then try again."
	remedySlow        = "Look at Redis (load, disk, network), then try again."
	remedyDamaged     = "Keep Redis's files as they are and look for a backup; `holdfast verify` names all that is damaged."
	remedyForbidden   = "Give the user of the Redis URL the permissions that docs/redis.md lists."
	remedyReplicas    = "Bring the replicas of Redis back, then try again."
	remedyEmptied     = "Put Redis's files or a backup back in place, then start Holdfast again; do not write to the empty Redis."
)

// refusal is an error with which Redis answers instead of doing anything.
type refusal struct {
	prefix  string
	remedy  string // what a person can do
	lasting bool   // nothing changes before somebody does
}

var refusals = []refusal{
	{prefix: "LOADING", remedy: "Wait: Redis is still loading its files."},
	{prefix: "READONLY", remedy: "Name the primary in the URL, or the sentinels (redis+sentinel://); this Redis is a replica."},
	{prefix: "MASTERDOWN", remedy: "Bring the primary of this Redis back."},
	{prefix: "NOREPLICAS", remedy: "Bring the replicas back that min-replicas-to-write demands."},
	{prefix: "OOM", remedy: "Give Redis more memory (maxmemory); nothing may be evicted."},
	{prefix: "MISCONF", remedy: "Look at the disk of Redis (space, permissions): it cannot save, and takes no writes until it can."},
	{prefix: "BUSY", remedy: "Another script keeps Redis busy: find it, or wait for it."},
	{prefix: "CLUSTERDOWN", remedy: "Bring the missing nodes of the cluster back."},
	{prefix: "TRYAGAIN", remedy: "Wait: the cluster is moving keys."},
	{prefix: "MOVED", remedy: "Try again if the cluster has just moved its keys; otherwise name it as such in the URL (redis+cluster://)."},
	{prefix: "ASK", remedy: "Try again when the cluster has moved its keys; or name it as such in the URL (redis+cluster://)."},
	{prefix: "CROSSSLOT", remedy: "Name the cluster as such in the URL (redis+cluster://).", lasting: true},
	{prefix: "ERR max number of clients", remedy: "Raise maxclients of Redis, or find who holds so many connections."},
	{prefix: "WRONGPASS", remedy: "Correct the user or password of the Redis URL.", lasting: true},
	{prefix: "ERR invalid password", remedy: "Correct the password of the Redis URL.", lasting: true},
	{prefix: "ERR AUTH", remedy: "Leave the password out of the Redis URL, or set one in Redis.", lasting: true},
	{prefix: "NOAUTH", remedy: "Give the user and password in the Redis URL.", lasting: true},
	{prefix: "NOPERM", remedy: remedyForbidden, lasting: true},
}

// refusalOf says whether Redis refused before doing anything.
func refusalOf(err error) (refusal, bool) {
	var answered goredis.Error
	if !errors.As(err, &answered) || errors.Is(err, goredis.Nil) || isForbiddenInside(err) {
		return refusal{}, false
	}
	return refusalIn(answered.Error())
}

// refusalIn knows a refusal by how it begins.
func refusalIn(text string) (refusal, bool) {
	for _, r := range refusals {
		if strings.HasPrefix(text, r.prefix) {
			return r, true
		}
	}
	return refusal{}, false
}

// isForbiddenInside says that a permission was missing inside a script, which
// may have written by then. Open tries them all, so that only a permission
// taken away later can do that to an append.
func isForbiddenInside(err error) bool {
	return strings.Contains(err.Error(), "user executing the script") || strings.Contains(err.Error(), "ACL failure in script")
}

var errUnsent = errors.New("it was not sent")

// isUnsent says that no connection was had, so that nothing can have arrived.
func isUnsent(err error) bool {
	var op *net.OpError
	return errors.Is(err, errUnsent) || errors.As(err, &op) && op.Op == "dial" ||
		errors.Is(err, goredis.ErrPoolTimeout) || errors.Is(err, goredis.ErrPoolExhausted) ||
		errors.Is(err, goredis.ErrClosed) || strings.Contains(err.Error(), "sentinels")
}

// appendError names what became of a write. Unless Redis refused it, or it was
// never sent, it may have landed.
func (s *Store) appendError(doing string, err error) error {
	if r, refused := refusalOf(err); refused {
		return &storage.UnavailableError{Doing: doing, Remedy: r.remedy, Lasting: r.lasting, Err: err}
	}
	if isUnsent(err) {
		return &storage.UnavailableError{Doing: doing, Remedy: remedyUnreachable, Err: err}
	}
	if isForbiddenInside(err) {
		return &storage.UnavailableError{Doing: doing, Remedy: remedyForbidden, Doubtful: true, Lasting: true, Err: err}
	}
	return &storage.UnavailableError{Doing: doing, Remedy: remedySlow, Doubtful: true, Err: err}
}

// readError names why something could not be read; nothing is in doubt then.
func (s *Store) readError(doing string, err error) error {
	e := &storage.UnavailableError{Doing: doing, Remedy: remedySlow, Err: err}
	if r, refused := refusalOf(err); refused {
		e.Remedy, e.Lasting = r.remedy, r.lasting
	} else if errors.Is(err, errDamaged) {
		e.Remedy, e.Lasting = remedyDamaged, true
	} else if isUnsent(err) {
		e.Remedy = remedyUnreachable
	}
	return e
}

// openFault gives any error of opening a code and a sentence.
func openFault(place string, err error) error {
	if fault.CodeOf(err) != "" {
		return err
	}
	if r, refused := refusalOf(err); refused {
		return fault.Wrap(err, fault.Store, "The Redis at "+place+" refuses Holdfast.", r.remedy)
	}
	if isForbiddenInside(err) {
		return fault.Wrap(err, fault.Store, "The Redis at "+place+" refuses Holdfast.", remedyForbidden)
	}
	if !isUnsent(err) && !errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(err, fault.Store, "The Redis at "+place+" cannot be used.", remedySlow)
	}
	return fault.Wrap(err, fault.Store, "The Redis at "+place+" cannot be reached.", "Start it, or correct the Redis URL.")
}
