package redis

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"holdfast/internal/fault"
)

const urlHelp = "Write redis://user:password@host:6379/0, rediss:// for TLS, unix:///path for a socket, " +
	"redis+sentinel://host:26379/?master_name=name&addr=host2:26379, or redis+cluster://host:6379."

// connect makes a client for a URL without dialling. place names it without
// its secrets. The URL never enters an error: it holds a password.
func connect(rawURL string, timeout time.Duration) (client goredis.UniversalClient, place string, err error) {
	refused := fault.New(fault.Store, "The Redis URL cannot be read.", urlHelp)
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, "", refused
	}
	place = u.Host + u.Path
	kind, plain := "", rawURL
	for _, k := range []string{"sentinel", "cluster"} {
		if transport, ok := strings.CutSuffix(u.Scheme, "+"+k); ok {
			v := *u
			v.Scheme = transport
			kind, plain = k, v.String()
		}
	}
	switch kind {
	case "sentinel":
		client, err = sentinelClient(plain, timeout)
	case "cluster":
		client, err = clusterClient(plain, timeout)
	default:
		client, err = singleClient(plain, timeout)
	}
	if err != nil {
		return nil, "", refused
	}
	return client, place, nil
}

func singleClient(rawURL string, timeout time.Duration) (goredis.UniversalClient, error) {
	o, err := goredis.ParseURL(rawURL)
	if err != nil {
		return nil, err
	}
	s := settings(timeout)
	s.apply(&o.Protocol, &o.MaxRetries, &o.DialerRetries, &o.PipelinePoolSize)
	s.bound(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout, &o.PoolTimeout)
	o.ContextTimeoutEnabled, o.DisableIdentity = true, true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return goredis.NewClient(o), nil
}

func sentinelClient(rawURL string, timeout time.Duration) (goredis.UniversalClient, error) {
	o, err := goredis.ParseFailoverURL(rawURL)
	if err != nil {
		return nil, err
	}
	s := settings(timeout)
	s.apply(&o.Protocol, &o.MaxRetries, &o.DialerRetries, &o.PipelinePoolSize)
	s.bound(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout, &o.PoolTimeout)
	o.ContextTimeoutEnabled, o.DisableIdentity = true, true
	return goredis.NewFailoverClient(o), nil // it has no notifications to disable
}

func clusterClient(rawURL string, timeout time.Duration) (goredis.UniversalClient, error) {
	o, err := goredis.ParseClusterURL(rawURL)
	if err != nil {
		return nil, err
	}
	s := settings(timeout)
	s.apply(&o.Protocol, &o.MaxRetries, &o.DialerRetries, &o.PipelinePoolSize)
	s.bound(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout, &o.PoolTimeout)
	o.ContextTimeoutEnabled, o.DisableIdentity = true, true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return goredis.NewClusterClient(o), nil
}

// settings is the longest that a client may take over one thing. Whatever a
// URL says, every client makes one attempt on one pool, and is pushed nothing:
// a library that tried again could write twice.
type settings time.Duration

func (settings) apply(protocol, retries, dials, pipelinePool *int) {
	*protocol, *retries, *dials, *pipelinePool = 2, -1, 1, -1
}

func (s settings) bound(timeouts ...*time.Duration) {
	for _, t := range timeouts {
		*t = time.Duration(s)
	}
}

// primaries calls f for each Redis that takes writes, one at a time.
func primaries(ctx context.Context, client goredis.UniversalClient, f func(context.Context, *goredis.Client) error) error {
	switch c := client.(type) {
	case *goredis.ClusterClient:
		var mu sync.Mutex
		return c.ForEachMaster(ctx, func(ctx context.Context, node *goredis.Client) error {
			mu.Lock()
			defer mu.Unlock()
			return f(ctx, node)
		})
	case *goredis.Client:
		return f(ctx, c)
	}
	return nil
}

// silence keeps the library from writing to standard error; every error it
// would print there is returned as well.
var silence = sync.OnceFunc(func() { goredis.SetLogger(silent{}) })

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}
