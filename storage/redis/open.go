package redis

import (
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
)

//go:embed enter.lua
var enterSource string

var enterScript = goredis.NewScript(enterSource)

// defaultTimeout leaves room for a second attempt, under the same command id,
// within the three seconds a chat platform waits.
const defaultTimeout = 800 * time.Millisecond

// openTimeout bounds Open: its handful of questions, each in its own timeout.
const openTimeout = 10 * time.Second

var workspaceName = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// Open connects to the Redis of a URL and enters the workspace, or begins it.
// It refuses with a *fault.Error of code E_STORE what cannot be reached, what
// is too old, a replica, one that may evict keys or is less durable than
// demanded, and keys that are not Holdfast's. No message holds a secret.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	s, err := newStore(url, o)
	if err != nil {
		return nil, err
	}
	if err := s.enter(ctx, o.Durability); err != nil {
		_ = s.Close() // the refusal is the news
		return nil, openFault(s.place, err)
	}
	return s, nil
}

// newStore makes a store without dialling.
func newStore(url string, o Options) (*Store, error) {
	if o.Workspace == "" {
		o.Workspace = "main"
	}
	if !workspaceName.MatchString(o.Workspace) {
		return nil, fault.Newf(fault.Store, "Use 1 to 64 of a-z, 0-9 and \"-\".", "There can be no workspace %q.", o.Workspace)
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	silence()
	s := &Store{clock: o.Clock, keys: newKeys(o.Workspace), timeout: o.Timeout}
	_, isMachine := o.Clock.(clock.System)
	s.ourTime = o.Clock != nil && !isMachine
	if s.clock == nil {
		s.clock = clock.System{}
	}
	var err error
	if s.client, s.place, err = connect(url, o.Timeout); err != nil {
		return nil, err
	}
	s.another = func() (goredis.UniversalClient, error) {
		c, _, err := connect(url, o.Timeout)
		return c, err
	}
	s.life, s.end = context.WithCancel(context.Background())
	return s, nil
}

func (s *Store) enter(ctx context.Context, demanded Durability) error {
	ctx, done := context.WithTimeout(ctx, openTimeout)
	defer done()
	var found standing
	err := primaries(ctx, s.client, func(ctx context.Context, c *goredis.Client) error {
		one, err := s.inspect(ctx, c)
		found = weaker(found, one)
		return err
	})
	if err != nil {
		return err
	}
	if err := demanded.admit(s.place, found); err != nil {
		return err
	}
	s.class = found.class
	if demanded == Replicated {
		s.class, s.heads.replicated = D3, true
		if err := s.checkReplicas(ctx); err != nil {
			return err
		}
	}
	if err := s.checkFresh(ctx); err != nil {
		return err
	}
	if err := s.askTime(ctx); err != nil {
		return err
	}
	if err := s.claim(ctx); err != nil {
		return err
	}
	if n := spanOf(s.theirs.at(clock.System{}.Now())); s.theirs.begins(n) {
		s.forgetCommands(ctx, n)
	}
	return nil
}

// claim makes the workspace's marker if it is missing, and tries every
// permission that an append needs.
func (s *Store) claim(ctx context.Context) error {
	said, err := s.runOne(ctx, enterScript, []string{s.keys.store, s.keys.heads, s.keys.feed, s.keys.archived, s.keys.probe}, format)
	switch {
	case err != nil:
		return err
	case said.words[0] == "format" && len(said.words) == 2:
		return s.formatFault(said.words[1])
	case said.words[0] != "entered":
		return s.strangeFault()
	case said.alone != nil:
		return s.aloneFault(said.alone)
	}
	return nil
}

// askTime learns what time it is for the Redis that takes the writes.
func (s *Store) askTime(ctx context.Context) error {
	home, err := s.home(ctx)
	if err != nil {
		return err
	}
	now, err := home.Time(ctx).Result()
	if err == nil {
		s.theirs.told(now.UnixMicro())
	}
	return err
}

// inspect looks at one Redis before anything is written to it.
func (s *Store) inspect(ctx context.Context, c *goredis.Client) (standing, error) {
	text, err := c.Info(ctx).Result()
	if err != nil {
		return standing{}, err
	}
	info := parseInfo(text)
	if err := checkVersion(s.place, info["redis_version"]); err != nil {
		return standing{}, err
	}
	if info["role"] == "slave" {
		return standing{}, fault.New(fault.Store, "The Redis at "+s.place+" is a replica.",
			"Name the primary in the URL, or the sentinels (redis+sentinel://).")
	}
	found, err := ask(ctx, c, info)
	if err != nil {
		return standing{}, err
	}
	if found.policy != "noeviction" && found.policy != "" {
		return standing{}, fault.New(fault.Store,
			fmt.Sprintf("The Redis at %s may evict keys (maxmemory-policy %s), so that journals could vanish.", s.place, found.policy),
			"Set maxmemory-policy noeviction in Redis, or give Holdfast a Redis of its own.")
	}
	return found, nil
}

func parseInfo(text string) map[string]string {
	info := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			info[name] = value
		}
	}
	return info
}

// checkVersion refuses what is older than 6.2, the oldest whose permissions
// can be set as docs/redis.md shows them.
func checkVersion(place, version string) error {
	majorText, rest, _ := strings.Cut(version, ".")
	minorText, _, _ := strings.Cut(rest, ".")
	major, err := strconv.Atoi(majorText)
	minor, minorErr := strconv.Atoi(minorText)
	if err == nil && minorErr == nil && (major > 6 || major == 6 && minor >= 2) {
		return nil
	}
	return fault.New(fault.Store,
		fmt.Sprintf("The Redis at %s has the version %q; 6.2 or newer is needed.", place, version),
		"Upgrade Redis.")
}

// checkFresh refuses to begin a workspace among the keys of another program.
func (s *Store) checkFresh(ctx context.Context) error {
	n, err := s.client.Exists(ctx, s.keys.store).Result()
	if err != nil || n > 0 {
		return err
	}
	names, _, err := s.client.Scan(ctx, 0, "", 1000).Result()
	if isForbidden(err) {
		return nil // who may not look may still begin
	}
	for _, name := range names {
		if !strings.HasPrefix(name, keyPrefix) {
			return fault.New(fault.Store,
				"The Redis at "+s.place+" holds keys of another application.",
				"Give Holdfast a Redis of its own, or an empty database of it: the number at the end of the URL.")
		}
	}
	return err
}

func (s *Store) strangeFault() error {
	return fault.New(fault.Store,
		fmt.Sprintf("The Redis at %s holds keys under %s that are not a Holdfast store, or its key %s is damaged.", s.place, s.keys.prefix, s.keys.store),
		"Name another workspace; of a damaged store, put a backup back in place.")
}

func (s *Store) formatFault(found string) error {
	if n, err := strconv.Atoi(found); err == nil && n > 1 {
		return fault.New(fault.Store, "The store in the Redis at "+s.place+" was written by a newer version of Holdfast.",
			"Upgrade Holdfast to open it.")
	}
	return s.strangeFault()
}
