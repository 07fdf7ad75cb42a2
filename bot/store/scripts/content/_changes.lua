-- The log of changed entries. The name between @ is put in by the program.
local CHANGED = '@CHANGED@'

-- Note that an entry is another now, above every number before it, whatever the clock does, so that
-- a follower misses nothing. Returns the server's time in ms.
local function note(key)
  local now, last = redis.call('TIME'), redis.call('ZRANGE', CHANGED, -1, -1, 'WITHSCORES')
  local ms = now[1] * 1000 + math.floor(now[2] / 1000)
  local change = math.max(ms, (tonumber(last[2]) or 0) + 1)
  redis.call('ZADD', CHANGED, string.format('%d', change), key)
  return ms
end

-- The same of an entry that the log knows: what no index may list is in no log.
local function note_known(key)
  if redis.call('ZSCORE', CHANGED, key) then note(key) end
end
