-- Digests that show stories whose posts have changed places since each was last looked at; they are
-- looked at now, so that each comes once.
-- KEYS moved, pages, limit:digests
-- ARGV now (ms), ms between two looks at one, most to look at, most to return, ms by which planned
--      digests go before, names of the keys of pages and of stories seen without their ends
-- Returns digests, 'chat:name'.
local WEEK = 8 * 24 * 60 * 60 -- in seconds, with a day to spare for what came late
local moved = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
if #moved == 0 then return {} end
local time = redis.call('TIME')
local planned = tonumber(redis.call('GET', KEYS[3]) or '0')
if planned - (time[1] * 1000 + time[2] / 1000) > tonumber(ARGV[5]) then return {} end

local till = string.format('%d', math.min(tonumber(moved[#moved]), ARGV[1] - ARGV[2]))
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', till, 'WITHSCORES', 'LIMIT', 0, ARGV[3])
if #due == 0 then return {} end

local changes = {} -- of each story: when it changed, and when the post of that was published
for i = 1, #moved, 2 do
  local published, story = moved[i]:match('^(%d+):(.+)$')
  changes[story] = changes[story] or {}
  table.insert(changes[story], {tonumber(moved[i + 1]), tonumber(published)})
end

-- Whether a digest that ended at an instant shows any of these. A week tells again what its days
-- have shown.
local function shows(digest, last, ends)
  local chat, name = digest:match('^([^:]+):(.+)$')
  local first = name:sub(1, 5) == 'daily' and ends or ends - WEEK
  local own, stories = redis.call('HGET', ARGV[6] .. digest, 'stories'), {}
  if own then
    for story in own:gmatch('%S+') do stories[#stories + 1] = story end
  else
    stories = redis.call('ZRANGEBYSCORE', ARGV[7] .. chat, first, '+inf')
  end
  for _, story in ipairs(stories) do
    for _, change in ipairs(changes[story] or {}) do
      if change[1] >= last and change[2] < ends then return true end
    end
  end
  return false
end

local found = {}
for i = 1, #due, 2 do
  if #found >= tonumber(ARGV[4]) then break end
  local ends, at = unpack(redis.call('HMGET', ARGV[6] .. due[i], 'until', 'at'))
  if not ends then
    redis.call('ZREM', KEYS[2], due[i])
  else
    redis.call('ZADD', KEYS[2], ARGV[1], due[i])
    if at ~= '' and shows(due[i], tonumber(due[i + 1]), tonumber(ends)) then
      found[#found + 1] = due[i]
    end
  end
end
return found
