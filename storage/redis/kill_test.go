package redis_test

import (
	"testing"

	"holdfast/storage/redis"
)

func TestNothingAcknowledgedIsLostWhenRedisIsKilled(t *testing.T) {
	const loops, each = 5, 850
	server := start(t, always...)
	c := gather(t, open(t, server.url(), redis.Options{}), journalNames(writers)...)
	for range loops {
		c.await(each)
		server.kill()
		server.run()
	}
	c.await(each)
	c.leave()
	server.kill()
	server.run()
	acked, lost := c.lost(server)
	if lost > 0 {
		t.Errorf("%d of %d acknowledged entries are lost", lost, acked)
	}
	t.Logf("%d entries acknowledged over %d kills; %d attempts in doubt, %d of them had landed", acked, loops, c.doubtful, c.found)
	if acked < 5000 || len(c.acked) != writers || c.doubtful == 0 {
		t.Error("void: too little was written around the kills")
	}
}
