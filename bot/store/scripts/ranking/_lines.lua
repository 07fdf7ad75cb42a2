-- Lines: what an entry is ranked by, as story|began|rest, in a hash of its hour of publication.
-- The names between @ are put in by the program.
local LINES, LINES_CHANGED, INDEX = '@LINES@', '@LINES_CHANGED@', '@INDEX@'

-- The hour under which the line of a listed entry stands, and its instant; nil for no such entry.
local function hour_of(key)
  local at = redis.call('ZSCORE', INDEX, key)
  if at then return string.format('%d', math.floor(at / 3600)), tonumber(at) end
end

-- Tell all readers that lines, or entries, of an hour are others now.
local function touch(hour)
  local now, last = redis.call('TIME'), redis.call('ZRANGE', LINES_CHANGED, -1, -1, 'WITHSCORES')
  local ms = now[1] * 1000 + math.floor(now[2] / 1000)
  local change = math.max(ms, (tonumber(last[2]) or 0) + 1)
  redis.call('ZADD', LINES_CHANGED, string.format('%d', change), hour)
  redis.call('ZREMRANGEBYRANK', LINES_CHANGED, 0, -1 - @KEPT@)
end

-- Story, began and rest of a line; nil where there is none.
local function line_at(hour, key)
  local line = hour and redis.call('HGET', LINES .. hour, key)
  if line then return string.match(line, '^([^|]*)|([^|]*)|(.*)$') end
end

local function put_line(hour, key, story, began, rest)
  redis.call('HSET', LINES .. hour, key, story .. '|' .. began .. '|' .. rest)
  touch(hour)
end

local function drop_line(hour, key)
  if not hour then return end
  redis.call('HDEL', LINES .. hour, key)
  touch(hour)
end
