package redis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
)

// Examine looks at the Redis of a URL and returns all that it finds, good and
// bad, where Open stops at the first thing that is. It begins no workspace. An
// error says that Redis could not be looked at.
func Examine(ctx context.Context, rawURL string, o Options) ([]Finding, error) {
	if !slices.Contains(durabilities, o.Durability) {
		return nil, o.Durability.admit("", standing{})
	}
	s, err := newStore(rawURL, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	ctx, done := context.WithTimeout(ctx, openTimeout)
	defer done()
	x := examination{store: s, url: rawURL, demanded: o.Durability}
	if err := x.run(ctx); err != nil {
		return nil, openFault(s.place, err)
	}
	return x.found, nil
}

// examination is one looking-over.
type examination struct {
	store    *Store
	url      string
	demanded Durability
	found    []Finding
}

func (x *examination) run(ctx context.Context) error {
	err := primaries(ctx, x.store.client, func(ctx context.Context, c *goredis.Client) error {
		seen, err := x.look(ctx, c)
		if err == nil {
			x.found = append(x.found, seen.judge(x.demanded)...)
		}
		return err
	})
	if err != nil {
		return err
	}
	x.sentinels(ctx)
	return x.workspace(ctx)
}

// look asks one Redis for all that is judged.
func (x *examination) look(ctx context.Context, c *goredis.Client) (seen, error) {
	text, err := c.Info(ctx).Result()
	if err != nil {
		return seen{}, err
	}
	v := seen{node: c.Options().Addr, info: parseInfo(text), network: c.Options().Network, tls: c.Options().TLSConfig != nil}
	if _, is := x.store.client.(*goredis.Client); is {
		v.node = x.store.place // as its owner wrote it; a client of sentinels knows no other
	}
	if v.set, err = configOf(ctx, c, "appendonly", "appendfsync", "no-appendfsync-on-rewrite", "maxmemory-policy", "min-replicas-to-write"); err != nil {
		return seen{}, err
	}
	if v.user, err = c.Do(ctx, "acl", "whoami").Text(); err != nil && !isForbidden(err) {
		return seen{}, err
	}
	if v.answers, v.ahead, err = clocks(ctx, c); err != nil {
		return seen{}, err
	}
	v.isOpen = x.answersStrangers(ctx, c)
	v.replicas = x.replicas(ctx, c, v.info)
	return v, nil
}

// clocks returns how long Redis takes to answer, the middle of some, and how
// far its clock is ahead of that of this machine.
func clocks(ctx context.Context, c *goredis.Client) (answers, ahead time.Duration, err error) {
	now := clock.System{}.Now
	var took, diff []time.Duration
	for range 9 {
		began := now()
		theirs, err := c.Time(ctx).Result()
		if err != nil {
			return 0, 0, err
		}
		ended := now()
		took = append(took, ended.Sub(began))
		diff = append(diff, theirs.Sub(began.Add(ended.Sub(began)/2)))
	}
	slices.Sort(took)
	slices.Sort(diff)
	return took[len(took)/2], diff[len(diff)/2], nil
}

// answersStrangers says whether somebody without a password may read there.
func (x *examination) answersStrangers(ctx context.Context, c *goredis.Client) bool {
	o := *c.Options()
	o.Username, o.Password, o.CredentialsProvider, o.CredentialsProviderContext, o.StreamingCredentialsProvider = "", "", nil, nil, nil
	stranger := goredis.NewClient(&o)
	defer stranger.Close()
	return stranger.Exists(ctx, x.store.keys.store).Err() == nil
}

// replicas looks at each replica as this user; each may have to take over.
func (x *examination) replicas(ctx context.Context, c *goredis.Client, info map[string]string) []replica {
	var all []replica
	for n := 0; ; n++ {
		line, ok := info[fmt.Sprintf("slave%d", n)]
		if !ok {
			return all
		}
		fields := map[string]string{}
		for field := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(field, "=")
			fields[name] = value
		}
		r := replica{node: net.JoinHostPort(fields["ip"], fields["port"]), online: fields["state"] == "online"}
		of := c.Options()
		there := goredis.NewClient(&goredis.Options{Addr: r.node, Username: of.Username, Password: of.Password, TLSConfig: of.TLSConfig,
			Protocol: of.Protocol, MaxRetries: -1, DialerRetries: 1, DialTimeout: x.store.timeout, ReadTimeout: x.store.timeout,
			DisableIdentity: true, ContextTimeoutEnabled: true, MaintNotificationsConfig: of.MaintNotificationsConfig})
		r.set, r.err = configOf(ctx, there, "appendonly", "appendfsync", "no-appendfsync-on-rewrite")
		_ = there.Close()
		all = append(all, r)
	}
}

// sentinels asks each sentinel of the URL whether a failover is possible.
func (x *examination) sentinels(ctx context.Context) {
	u, err := url.Parse(x.url)
	if err != nil || !strings.HasSuffix(u.Scheme, "+sentinel") {
		return
	}
	u.Scheme = strings.TrimSuffix(u.Scheme, "+sentinel")
	o, err := goredis.ParseFailoverURL(u.String())
	if err != nil {
		return // the client could not have been made
	}
	if n := len(o.SentinelAddrs); n < 3 {
		x.add(Doubtful, "sentinels", "Name all sentinels in the URL (&addr=host:26379), at least three on machines of their own.",
			"the URL names %d; while it is away, nobody finds the primary", n)
	}
	for _, address := range o.SentinelAddrs {
		c := goredis.NewSentinelClient(&goredis.Options{Addr: address, Username: o.SentinelUsername, Password: o.SentinelPassword, TLSConfig: o.TLSConfig,
			Protocol: 2, MaxRetries: -1, DialerRetries: 1, DialTimeout: x.store.timeout, ReadTimeout: x.store.timeout,
			DisableIdentity: true, ContextTimeoutEnabled: true})
		said, err := c.CkQuorum(ctx, o.MasterName).Result()
		_ = c.Close()
		switch {
		case err != nil && strings.HasPrefix(err.Error(), "NOQUORUM"):
			x.add(Bad, "sentinel "+address, "Bring the missing sentinels back: without them no replica takes over.", "%v", err)
		case err != nil:
			x.add(Doubtful, "sentinel "+address, "Start it, or correct the URL.", "it does not answer: %v", err)
		default:
			x.add(Good, "sentinel "+address, "", "%s", strings.TrimPrefix(said, "OK "))
		}
	}
}

// workspace looks at what the workspace holds, and tries each permission that
// an append needs where there is one already.
func (x *examination) workspace(ctx context.Context) error {
	s, check := x.store, "workspace "+strings.TrimSuffix(strings.TrimPrefix(x.store.keys.prefix, keyPrefix), "}:")
	n, err := s.client.Exists(ctx, s.keys.store).Result()
	if err != nil {
		return err
	}
	if n == 0 {
		if err := s.checkFresh(ctx); err != nil {
			return x.refused(check, err)
		}
		x.add(Good, check, "", "it is not there yet; the first start begins it")
		return nil
	}
	if err := s.claim(ctx); err != nil {
		return x.refused(check, err)
	}
	names, err := s.client.HKeys(ctx, s.keys.heads).Result()
	if err != nil {
		return x.refused(check, err)
	}
	x.add(Good, check, "", "%d journals, and every permission that an append needs", len(names))
	return nil
}

// refused notes a refusal. What is none ends the examination.
func (x *examination) refused(check string, err error) error {
	var f *fault.Error
	if err = openFault(x.store.place, err); !errors.As(err, &f) {
		return err
	}
	says := strings.TrimSuffix(f.Text, ".")
	if f.Err != nil {
		says += ": " + f.Err.Error()
	}
	x.add(Bad, check, f.Next, "%s", says)
	return nil
}

func (x *examination) add(g Grade, check, remedy, format string, args ...any) {
	x.found = append(x.found, Finding{Check: check, Grade: g, Says: fmt.Sprintf(format, args...), Remedy: remedy})
}
