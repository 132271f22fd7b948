package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/fault"
	"holdfast/storage"
)

// answer is what a script said of a write.
type answer struct {
	words []string
	alone error // why no replica is known to hold what it wrote; nil below class D3
}

// runOne lets a script write that answers with words.
func (s *Store) runOne(ctx context.Context, script *goredis.Script, keys []string, args ...any) (answer, error) {
	said, alone, err := s.run(ctx, script, keys, args...)
	if err != nil {
		return answer{}, err
	}
	words, err := asWords(said)
	return answer{words: words, alone: alone}, err
}

// run lets a script write. Exactly one Redis is asked, and once: a client of a
// Cluster would send a write again whose reply was lost.
func (s *Store) run(ctx context.Context, script *goredis.Script, keys []string, args ...any) (said []any, alone, err error) {
	cmd, alone, err := s.send(ctx, func(p goredis.Pipeliner) *goredis.Cmd { return script.EvalSha(ctx, p, keys, args...) })
	if errors.Is(err, goredis.ErrNoScript) || goredis.HasErrorPrefix(err, "NOSCRIPT") {
		cmd, alone, err = s.send(ctx, func(p goredis.Pipeliner) *goredis.Cmd { return script.Eval(ctx, p, keys, args...) })
	}
	if err != nil {
		return nil, nil, err
	}
	said, err = cmd.Slice()
	return said, alone, err
}

// send sends one write to the Redis that takes it. In class D3 the question to
// the replicas follows on the same connection, since WAIT asks for what its
// own connection has written. The error is that of the write; alone says why
// no replica is known to have it.
func (s *Store) send(ctx context.Context, queue func(goredis.Pipeliner) *goredis.Cmd) (said *goredis.Cmd, alone, err error) {
	home, err := s.home(ctx)
	if err != nil {
		return nil, nil, err
	}
	p, patience := home.Pipeline(), s.patience(ctx)
	said = queue(p)
	var heard *goredis.Cmd
	if s.heads.replicated {
		heard = p.Do(ctx, "wait", 1, patience.Milliseconds())
	}
	_, _ = p.Exec(ctx) // each command keeps its own error
	if err := said.Err(); err != nil {
		s.lookAgain(ctx)
		return said, nil, err
	}
	if heard == nil {
		return said, nil, nil
	}
	n, alone := heard.Int()
	if alone == nil && n < 1 {
		alone = fmt.Errorf("%w within %s", errAlone, patience.Round(time.Millisecond))
	}
	return said, alone, nil
}

var errAlone = errors.New("no replica has confirmed it")

// answerTime is kept for the way of an answer when replicas do not confirm:
// Redis looks ten times a second whose time to wait is over.
const answerTime = 200 * time.Millisecond

// patience is how long the replicas may take. WAIT takes zero for ever.
func (s *Store) patience(ctx context.Context) time.Duration {
	left := s.timeout
	if deadline, ok := ctx.Deadline(); ok {
		left = min(left, time.Until(deadline))
	}
	return max(left-answerTime, time.Millisecond)
}

// aloneError is what becomes of a write that no replica is known to hold: it
// stands in the primary, and a failover may take it. Without alone it is nil.
func aloneError(doing string, alone error) error {
	if alone == nil {
		return nil
	}
	e := &storage.UnavailableError{Doing: doing, Doubtful: true, Remedy: remedySlow, Err: alone}
	var answered goredis.Error // such as UNBLOCKED, when the primary is one no longer
	if r, refused := refusalOf(alone); refused {
		e.Remedy, e.Lasting = r.remedy, r.lasting
	} else if errors.Is(alone, errAlone) || errors.As(alone, &answered) {
		e.Remedy = remedyReplicas
	}
	return e
}

// home returns the client of the Redis that takes the writes of the workspace.
func (s *Store) home(ctx context.Context) (*goredis.Client, error) {
	switch c := s.client.(type) {
	case *goredis.ClusterClient:
		node, err := c.MasterForKey(ctx, s.keys.store)
		if err != nil {
			s.lookAgain(ctx)
			return nil, fmt.Errorf("%w: %w", errUnsent, err)
		}
		return node, nil
	case *goredis.Client:
		return c, nil
	}
	return nil, fmt.Errorf("%w: a client of an unknown kind, %T", errUnsent, s.client)
}

// lookAgain makes a Cluster's client ask anew who holds which slot, after a
// write has failed: it does so by itself only for what it sends itself.
func (s *Store) lookAgain(ctx context.Context) {
	if c, ok := s.client.(*goredis.ClusterClient); ok {
		c.ReloadState(ctx)
	}
}

// checkReplicas refuses a Redis that nothing is replicated from.
func (s *Store) checkReplicas(ctx context.Context) error {
	home, err := s.home(ctx)
	if err != nil {
		return err
	}
	text, err := home.Info(ctx, "replication").Result()
	if err != nil {
		return err
	}
	if parseInfo(text)["connected_slaves"] == "0" {
		return fault.New(fault.Store, "No replica is connected to the Redis at "+s.place+", and the durability replicated needs one.", nextReplica)
	}
	return nil
}

const nextReplica = "Connect a replica, or bring it back; or demand the durability always, which a failover may undo."

func (s *Store) aloneFault(alone error) error {
	if !errors.Is(alone, errAlone) {
		return alone
	}
	return fault.Wrap(alone, fault.Store, "No replica of the Redis at "+s.place+" confirms what is written.", nextReplica)
}
