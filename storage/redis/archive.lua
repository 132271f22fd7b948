-- Drops the entries of a journal and keeps where it stands, and where they are.
--
-- KEYS  store, heads, archived, probe, stream
-- ARGV  format, the journal, the head at which it must stand, the note
-- Answers archived, the journal, its head and the note that is kept, which is
-- another one if it was archived before; moved and its head; damaged, the
-- journal, its length and its head; foreign.
local zero = '0 ' .. string.rep('0', 64)

if redis.call('HGET', KEYS[1], 'format') ~= ARGV[1] then
  return {'foreign'}
end
local head = redis.call('HGET', KEYS[2], ARGV[2]) or zero
if head ~= ARGV[3] then
  return {'moved', head}
end
local note = redis.call('HGET', KEYS[3], ARGV[2])
if note then
  return {'archived', ARGV[2], head, note}
end
local length = redis.call('XLEN', KEYS[5])
if string.format('%.0f', length) ~= string.match(head, '^%d+') then
  return {'damaged', ARGV[2], length, head}
end
-- A user who may not drop is stopped here, before anything has changed. What
-- follows is not refused for want of memory, since a script has begun to write
-- then; and to archive is how memory is had.
redis.call('UNLINK', KEYS[4])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[4])
redis.call('UNLINK', KEYS[5])
return {'archived', ARGV[2], head, ARGV[4]}
