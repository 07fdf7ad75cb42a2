#!lua flags=allow-oom
-- Book what a reserved call cost and free the rest of its hold; a second call books nothing.
-- KEYS budget, holds   ARGV hold (id:cost), spent (micro-dollars), seconds to keep
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('HINCRBY', KEYS[1], 'spent', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
