-- Hand the change of a message to the sender; while an earlier change of it has not begun, its place
-- is taken, so that only the newest is drawn.
-- KEYS stream:outbox, delivery, line:chat, redraw
-- ARGV seconds to keep, longest that one holds the line (ms), id, body, prefix of delivery:,
--      seconds to keep the mark, held...
-- Returns 1 when it was new, 0 when another gave way to it or it was known.
--#include _held
local before = redis.call('GET', KEYS[4])
if before and redis.call('HGET', ARGV[5] .. before, 'state') == 'pending' then
  redis.call('HSET', ARGV[5] .. before, 'body', ARGV[4])
  return 0
end
-- A key of another type is met before anything is written: a script is not undone.
redis.call('XLEN', KEYS[1])
redis.call('ZCARD', KEYS[3])
if redis.call('HSETNX', KEYS[2], 'state', 'pending') == 0 then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[2], 'body', ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[1])
local last = redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')
redis.call('ZADD', KEYS[3], math.max(now, (tonumber(last[2]) or 0) + 1), KEYS[2])
redis.call('PEXPIRE', KEYS[3], ARGV[2])
redis.call('SET', KEYS[4], ARGV[3], 'EX', ARGV[6])
redis.call('XADD', KEYS[1], '*', 'id', ARGV[3])
return 1
