-- Put a reader's question into the queue, once; not for a chat that waits for enough answers.
-- KEYS stream:questions, question, questions:of, questions:open, delivery
-- ARGV id, body, most that a chat waits for, seconds to keep
-- Returns 1 when it is in the queue or was answered, 0 when there is no room.
--#include _held
-- A key of another type is met before anything is written: a script is not undone.
redis.call('XLEN', KEYS[1])
redis.call('ZCARD', KEYS[4])
if redis.call('EXISTS', KEYS[2], KEYS[5]) > 0 then return 1 end
if redis.call('SCARD', KEYS[3]) >= tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[4])
redis.call('SADD', KEYS[3], ARGV[1])
redis.call('EXPIRE', KEYS[3], ARGV[4])
local time = redis.call('TIME')
redis.call('ZADD', KEYS[4], time[1], ARGV[1])
redis.call('XADD', KEYS[1], '*', 'id', ARGV[1])
return 1
