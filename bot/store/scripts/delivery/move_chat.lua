#!lua flags=allow-oom
-- A group got another id: its reader, its stories seen and its unsent messages go there together.
-- KEYS delivery, subscription old, new, due, subscribers, seen old, new, line old, new, lock old
-- ARGV old chat, new chat, longest that one holds the line (ms), prefix of kept:
-- Returns how many messages moved; a second call finds nothing to move.
--#include _following
local function moved(body)
  local old = '"chat_id":' .. ARGV[1]:gsub('%-', '%%-') .. '([,}])'
  return (body:gsub(old, '"chat_id":' .. ARGV[2] .. '%1', 1))
end
local body = redis.call('HGET', KEYS[2], 'body')
if body then
  local due = redis.call('ZSCORE', KEYS[4], ARGV[1])
  local active = redis.call('SISMEMBER', KEYS[5], ARGV[1]) == 1
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('SREM', KEYS[5], ARGV[1])
  local keeper = cjson.decode(body).keeper
  if type(keeper) == 'number' then
    local kept = ARGV[4] .. string.format('%d', keeper)
    redis.call('SREM', kept, ARGV[1])
    redis.call('SADD', kept, ARGV[2])
  end
  local known = redis.call('EXISTS', KEYS[3]) == 1  -- who subscribed there anew has chosen
  local told = unfollow(ARGV[1], body)
  if known then
    redis.call('DEL', KEYS[2], KEYS[6])
  else
    redis.call('RENAME', KEYS[2], KEYS[3])
    redis.call('HSET', KEYS[3], 'body', moved(body))
    if told then follow(ARGV[2], body) end
    if due then redis.call('ZADD', KEYS[4], due, ARGV[2]) end
    if active then redis.call('SADD', KEYS[5], ARGV[2]) end
    if redis.call('EXISTS', KEYS[6]) == 1 then redis.call('RENAME', KEYS[6], KEYS[7]) end
  end
end
local count = 0
local unsent = redis.call('ZRANGE', KEYS[8], 0, -1)
if not redis.call('ZSCORE', KEYS[8], KEYS[1]) then unsent[#unsent + 1] = KEYS[1] end
for _, delivery in ipairs(unsent) do
  local found = redis.call('HMGET', delivery, 'body', 'state')
  if found[1] and moved(found[1]) ~= found[1] then
    -- A group that has moved takes nothing: what was being sent there was not sent.
    redis.call('HSET', delivery, 'body', moved(found[1]), 'state', 'pending')
    local last = redis.call('ZRANGE', KEYS[9], -1, -1, 'WITHSCORES')
    local score = redis.call('ZSCORE', KEYS[8], delivery) or 0
    redis.call('ZADD', KEYS[9], math.max(score, (tonumber(last[2]) or 0) + 1), delivery)
    count = count + 1
  end
end
if count > 0 then redis.call('PEXPIRE', KEYS[9], ARGV[3]) end
redis.call('DEL', KEYS[8], KEYS[10])
return count
