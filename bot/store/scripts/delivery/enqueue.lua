-- Hand messages to the sender once each, last in the lines of their chats.
-- KEYS stream:outbox, (delivery, line:chat)...
-- ARGV seconds to keep, longest that one holds the line (ms), (id, body)...
-- Returns how many were new.
--#include _held
-- A key of another type is met before anything is written: a script is not undone.
redis.call('XLEN', KEYS[1])
for i = 2, #KEYS, 2 do redis.call('ZCARD', KEYS[i + 1]) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local added = 0
for i = 2, #KEYS, 2 do
  local id, body = ARGV[i + 1], ARGV[i + 2]
  if redis.call('HSETNX', KEYS[i], 'state', 'pending') == 1 then
    redis.call('HSET', KEYS[i], 'body', body)
    redis.call('EXPIRE', KEYS[i], ARGV[1])
    local last = redis.call('ZRANGE', KEYS[i + 1], -1, -1, 'WITHSCORES')
    redis.call('ZADD', KEYS[i + 1], math.max(now, (tonumber(last[2]) or 0) + 1), KEYS[i])
    redis.call('PEXPIRE', KEYS[i + 1], ARGV[2])
    redis.call('XADD', KEYS[1], '*', 'id', id)
    added = added + 1
  end
end
return added
