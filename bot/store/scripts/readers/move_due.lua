#!lua flags=allow-oom
-- Set the next instant of an active reader; one who left is not brought back.
-- KEYS subscription, due   ARGV chat, next instant (s)
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[1], 'next', ARGV[2])
return 1
