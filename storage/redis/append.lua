-- Appends batches, each to one or more journals. A batch lands whole or not at
-- all, whatever becomes of the others. All that can refuse comes before the
-- first write, since Redis takes nothing back.
--
-- KEYS  store, heads, feed, archived, the commands of the span of days that has
--       begun and of the other one that counts; then a stream for each journal
--       of each batch
-- ARGV  format, the count of batches, the instant before which a command is
--       forgotten, 1 if a duplicate must be confirmed by replicas, what tells
--       this pointer of the feed from another of its number; then for each batch
--       the instant after which nobody waits for it (in microseconds by
--       the clock of Redis), the id of its command and the record of it (empty:
--       it has none), the count of its journals; and for each of these its name,
--       the position and the head it must have, the new head, the count of
--       entries, and for each entry id, kind, body, hash
-- Answers for each batch landed; duplicate, the record and perhaps why it
-- cannot be confirmed; moved and all heads; late and the present instant;
-- archived, the journal, its head and note; damaged, the journal, its length
-- and its head; foreign.
local KEYS, ARGV, call, tonumber = KEYS, ARGV, redis.call, tonumber
local zero = '0 0000000000000000000000000000000000000000000000000000000000000000'
local batches, answers = tonumber(ARGV[2]), {}

if call('HGET', KEYS[1], 'format') ~= ARGV[1] then
  for b = 1, batches do
    answers[b] = {'foreign'}
  end
  return answers
end

-- Where each batch and each journal stands in the arguments; b counts batches,
-- j the journals of all of them.
local begins, first, commands = {}, {}, {}
local stream, at, names = {}, {}, {}
do
  local arg, j = 6, 0
  for b = 1, batches do
    begins[b], first[b], commands[b] = arg, j + 1, ARGV[arg + 1]
    local last = j + tonumber(ARGV[arg + 3])
    arg = arg + 4
    while j < last do
      j = j + 1
      stream[j], at[j], names[j] = KEYS[6 + j], arg, ARGV[arg]
      arg = arg + 5 + 4 * tonumber(ARGV[arg + 4])
    end
  end
  first[batches + 1] = j + 1
end

-- What is there, asked at once. Earlier batches of this call move it on.
local records = {}
for span = 5, 6 do
  for b, record in ipairs(call('HMGET', KEYS[span], unpack(commands))) do
    records[b] = record or records[b]
  end
end
local found, head, length, landed = call('HMGET', KEYS[2], unpack(names)), {}, {}, {}
for j = 1, #names do
  head[names[j]] = found[j] or zero
end
local time = call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])

-- judge returns why a batch cannot land.
local function judge(b)
  local arg = begins[b]
  if now > tonumber(ARGV[arg]) then
    return {'late', string.format('%.0f', now)}
  end
  if commands[b] ~= '' then
    local record = landed[commands[b]] or records[b]
    -- Instants are padded with zeros, so that they compare as text: a Lua number
    -- cannot hold nanoseconds.
    if record and string.sub(record, 1, 20) > ARGV[3] then
      return {'duplicate', record}
    end
  end
  local moved = false
  for j = first[b], first[b + 1] - 1 do
    local name = names[j]
    local stands, entries = head[name], length[name] or call('XLEN', stream[j])
    length[name] = entries
    if stands ~= ARGV[at[j] + 2] or entries ~= tonumber(ARGV[at[j] + 1]) then
      if entries ~= tonumber(string.match(stands, '^%d+')) then
        local note = call('HGET', KEYS[4], name)
        if note then
          return {'archived', name, stands, note}
        end
        return {'damaged', name, entries, stands}
      end
      moved = true
    end
  end
  if moved then
    local answer = {'moved'}
    for j = first[b], first[b + 1] - 1 do
      answer[#answer + 1] = head[names[j]]
    end
    return answer
  end
end

local heads, grown, commanded, lands, confirm = {}, {'', ARGV[5]}, {}, {}, false
for b = 1, batches do
  local refusal = judge(b)
  if refusal then
    answers[b] = refusal
    confirm = confirm or refusal[1] == 'duplicate'
  else
    answers[b], lands[#lands + 1] = {'landed'}, b
    if commands[b] ~= '' then
      landed[commands[b]] = ARGV[begins[b] + 2]
      commanded[#commanded + 1] = commands[b]
      commanded[#commanded + 1] = landed[commands[b]]
    end
    for j = first[b], first[b + 1] - 1 do
      local name, new = names[j], ARGV[at[j] + 3]
      head[name], length[name] = new, length[name] + tonumber(ARGV[at[j] + 4])
      heads[#heads + 1] = name
      heads[#heads + 1] = new
      grown[#grown + 1] = name
      grown[#grown + 1] = ARGV[at[j] + 1 + 4 * tonumber(ARGV[at[j] + 4])] -- the id of the last entry
    end
  end
end

if #lands > 0 then
  -- The feed comes first: alone it would only wake somebody for nothing.
  local n = call('HINCRBY', KEYS[1], 'feed', 1)
  call('XADD', KEYS[3], 'MAXLEN', '~', 10000, string.format('%.0f-0', n), unpack(grown))
  for _, b in ipairs(lands) do
    for j = first[b], first[b + 1] - 1 do
      local arg = at[j] + 5
      for e = arg, arg + 4 * tonumber(ARGV[arg - 1]) - 1, 4 do
        call('XADD', stream[j], ARGV[e], 'k', ARGV[e + 1], 'b', ARGV[e + 2], 'h', ARGV[e + 3])
      end
    end
  end
  call('HSET', KEYS[2], unpack(heads))
  if #commanded > 0 then
    call('HSET', KEYS[5], unpack(commanded))
  end
end

if confirm and ARGV[4] == '1' then
  -- WAIT asks for what its own connection has written. This write changes
  -- nothing and stands behind all that was written before, so that who has it
  -- has the original as well.
  local written = redis.pcall('HSET', KEYS[1], 'format', ARGV[1])
  if type(written) == 'table' and written.err then
    for b = 1, batches do
      if answers[b][1] == 'duplicate' then
        answers[b][3] = written.err
      end
    end
  end
end
return answers
