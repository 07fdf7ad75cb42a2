-- The updates of a chat stand in a line: its first is in the stream, the others wait in a list.

local function pairs_of(fields)
  local found = {}
  for i = 1, #fields, 2 do found[fields[i]] = fields[i + 1] end
  return found
end

-- Take the place at the head of a line, which the stream's item is known by.
local function lead(stream, line, fields)
  redis.call('LPUSH', line, redis.call('XADD', stream, '*', unpack(fields)))
end

-- Stand in a line; what comes first goes to the stream at once.
local function join(stream, line, parked, name, fields)
  if redis.call('EXISTS', line) == 0 then return lead(stream, line, fields) end
  redis.call('RPUSH', line, cjson.encode(fields))
  redis.call('HINCRBY', parked, name, 1)
end

-- The head is done: the next one goes to the stream.
local function advance(stream, line, parked, name)
  redis.call('LPOP', line)
  local fields = redis.call('LPOP', line)
  if not fields then return end
  if redis.call('HINCRBY', parked, name, -1) <= 0 then redis.call('HDEL', parked, name) end
  lead(stream, line, cjson.decode(fields))
end

-- The item is done; a second call finds another one at the head.
local function leave(stream, line, parked, name, id)
  if redis.call('LINDEX', line, 0) == id then advance(stream, line, parked, name) end
end

-- A head that is gone without having left, by an older program or by hand, holds up nobody.
local function mend(stream, line, parked, name)
  local head = redis.call('LINDEX', line, 0)
  if not head then
    redis.call('HDEL', parked, name)
    return
  end
  local due = string.match(head, '^later:(%d+)$')
  local there
  if due then
    there = redis.call('ZCOUNT', stream .. ':later', due, due)
  else
    there = #redis.call('XRANGE', stream, head, head)
  end
  if there == 0 then advance(stream, line, parked, name) end
end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
