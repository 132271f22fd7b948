-- Puts entries of an archived journal back behind those that are back already.
-- With the last one the journal is whole and no longer archived.
--
-- KEYS  store, heads, archived, stream
-- ARGV  format, the journal, its head, how many entries are back, the count of
--       those that follow, and for each id, kind, body, hash
-- Answers open; more and how many are back now; moved and its head; foreign.
if redis.call('HGET', KEYS[1], 'format') ~= ARGV[1] then
  return {'foreign'}
end
local note = redis.call('HGET', KEYS[3], ARGV[2])
if not note then
  return {'open'}
end
local head = redis.call('HGET', KEYS[2], ARGV[2]) or ''
if head ~= ARGV[3] then
  return {'moved', head}
end
local length = redis.call('XLEN', KEYS[4])
if string.format('%.0f', length) ~= ARGV[4] then
  return {'more', length}
end
-- Before anything changes, a full Redis stops here, and at the next line a user
-- who may not end it.
redis.call('HSET', KEYS[3], ARGV[2], note)
redis.call('HDEL', KEYS[3], '')
local at = 6
for _ = 1, tonumber(ARGV[5]) do
  redis.call('XADD', KEYS[4], ARGV[at], 'k', ARGV[at + 1], 'b', ARGV[at + 2], 'h', ARGV[at + 3])
  at = at + 4
end
length = redis.call('XLEN', KEYS[4])
if string.format('%.0f', length) ~= string.match(head, '^%d+') then
  return {'more', length}
end
redis.call('HDEL', KEYS[3], ARGV[2])
return {'open'}
