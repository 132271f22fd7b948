-- Enters a workspace, or begins one, and tries every command that an append
-- needs, so that a missing permission shows at the start and never in
-- the middle of an append.
--
-- KEYS  store, heads, feed, archived, probe
-- ARGV  format of this version
-- Answers entered; format and the one found; strange.
local function isKind(key, kind)
  local found = redis.call('TYPE', key).ok
  return found == 'none' or found == kind
end

if not (isKind(KEYS[1], 'hash') and isKind(KEYS[2], 'hash') and isKind(KEYS[3], 'stream') and isKind(KEYS[4], 'hash')) then
  return {'strange'}
end
local format = redis.call('HGET', KEYS[1], 'format')
if format and format ~= ARGV[1] then
  return {'format', format}
end
if not format and redis.call('EXISTS', KEYS[1], KEYS[2], KEYS[3], KEYS[4]) > 0 then
  return {'strange'}
end
redis.call('HSET', KEYS[1], 'format', ARGV[1])
local n = redis.call('HINCRBY', KEYS[1], 'feed', 1)
redis.call('XADD', KEYS[3], 'MAXLEN', '~', 10000, string.format('%.0f-0', n), '', '')
redis.call('HMGET', KEYS[2], 'register')
redis.call('SET', KEYS[5], '1', 'PX', 1000)
return {'entered'}
