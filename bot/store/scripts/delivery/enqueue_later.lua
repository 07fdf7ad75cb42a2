-- Hand one message to the sender at a later instant, once.
-- KEYS stream:outbox:later, delivery   ARGV seconds to keep, id, body, instant (ms)
-- Returns 1 when it was new.
-- A key of another type is met before anything is written: a script is not undone.
redis.call('ZCARD', KEYS[1])
if redis.call('HSETNX', KEYS[2], 'state', 'pending') == 0 then return 0 end
redis.call('HSET', KEYS[2], 'body', ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[1], ARGV[4], cjson.encode({'id', ARGV[2]}))
return 1
