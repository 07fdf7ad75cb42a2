#!lua flags=allow-oom
-- Book what a reserved call cost and free the rest of its hold; a second call books nothing.
-- KEYS budget, holds, usage
-- ARGV hold (id:cost), spent (micro-dollars), seconds to keep, then counter of the day, number...
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('HINCRBY', KEYS[1], 'spent', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
for i = 4, #ARGV, 2 do redis.call('HINCRBY', KEYS[3], ARGV[i], ARGV[i + 1]) end
if #ARGV > 3 then redis.call('EXPIRE', KEYS[3], ARGV[3]) end
return 1
