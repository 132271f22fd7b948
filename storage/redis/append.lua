-- Appends a batch to one or more journals, or nothing. All that can refuse
-- comes before the first write, since Redis takes nothing back.
--
-- KEYS  store, heads, feed, archived, command, then one stream for each journal
-- ARGV  format, the instant before which a command is forgotten, the record of
--       this command (empty: it has no id), its life in ms, 1 if a duplicate
--       must be confirmed by replicas; then for each journal its name, the
--       expected head, the new head, the count of entries, and for each entry
--       id, kind, body, hash
-- Answers landed; duplicate, the record and perhaps why it cannot be confirmed;
-- moved and all heads; archived, the journal, its head and note; damaged, the
-- journal, its length and its head; foreign.
local zero = '0 ' .. string.rep('0', 64)

if redis.call('HGET', KEYS[1], 'format') ~= ARGV[1] then
  return {'foreign'}
end
if ARGV[3] ~= '' then
  local record = redis.call('GET', KEYS[5])
  -- Instants are padded with zeros, so that they compare as text: a Lua number
  -- cannot hold nanoseconds.
  if record and string.sub(record, 1, 20) > ARGV[2] then
    if ARGV[5] == '1' then
      -- WAIT asks for what its own connection has written. This write changes
      -- nothing and stands behind all that was written before, so that who has
      -- it has the original as well.
      local written = redis.pcall('HSET', KEYS[1], 'format', ARGV[1])
      if type(written) == 'table' and written.err then
        return {'duplicate', record, written.err}
      end
    end
    return {'duplicate', record}
  end
end

local answer, moved, at = {'moved'}, false, 6
for i = 6, #KEYS do
  local head = redis.call('HGET', KEYS[2], ARGV[at]) or zero
  local note = redis.call('HGET', KEYS[4], ARGV[at])
  if note then
    return {'archived', ARGV[at], head, note}
  end
  local length = redis.call('XLEN', KEYS[i])
  if string.format('%.0f', length) ~= string.match(head, '^%d+') then
    return {'damaged', ARGV[at], length, head}
  end
  moved = moved or head ~= ARGV[at + 1]
  answer[#answer + 1] = head
  at = at + 4 + 4 * tonumber(ARGV[at + 3])
end
if moved then
  return answer
end

-- The feed comes first: alone it would only wake somebody for nothing.
at = 6
for i = 6, #KEYS do
  local n = redis.call('HINCRBY', KEYS[1], 'feed', 1)
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', 10000, string.format('%.0f-0', n), 'j', ARGV[at], 'h', ARGV[at + 2])
  at = at + 4 + 4 * tonumber(ARGV[at + 3])
end
at = 6
for i = 6, #KEYS do
  local name, head, count = ARGV[at], ARGV[at + 2], tonumber(ARGV[at + 3])
  at = at + 4
  for _ = 1, count do
    redis.call('XADD', KEYS[i], ARGV[at], 'k', ARGV[at + 1], 'b', ARGV[at + 2], 'h', ARGV[at + 3])
    at = at + 4
  end
  redis.call('HSET', KEYS[2], name, head)
end
if ARGV[3] ~= '' then
  redis.call('SET', KEYS[5], ARGV[3], 'PX', ARGV[4])
end
return {'landed'}
