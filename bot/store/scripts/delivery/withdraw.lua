-- Send no more what was handed in for later and has not begun.
-- KEYS stream:outbox:later, delivery   ARGV id, reason
-- Returns 1 when it was still waiting.
redis.call('HLEN', KEYS[2])
if redis.call('ZREM', KEYS[1], cjson.encode({'id', ARGV[1]})) == 0 then return 0 end
redis.call('HSET', KEYS[2], 'state', 'undeliverable', 'reason', ARGV[2])
redis.call('HDEL', KEYS[2], 'body')
return 1
