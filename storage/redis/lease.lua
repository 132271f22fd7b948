-- Takes, renews or gives back a lease.
--
-- KEYS  lease
-- ARGV  holder, time to live in microseconds, the present instant in
--       microseconds (empty: by the clock of Redis)
-- Answers 1 when the holder has it.
local now = tonumber(ARGV[3])
if not now then
  local t = redis.call('TIME')
  now = tonumber(t[1]) * 1000000 + tonumber(t[2])
end
local held = redis.call('GET', KEYS[1])
if held then
  local ends, holder = string.match(held, '^(%d+) (.*)$')
  if holder and holder ~= ARGV[1] and now < tonumber(ends) then
    return 0
  end
end
local ttl = tonumber(ARGV[2])
if ttl <= 0 then
  redis.call('SET', KEYS[1], '')
  return 0
end
redis.call('SET', KEYS[1], string.format('%.0f %s', now + ttl, ARGV[1]))
return 1
