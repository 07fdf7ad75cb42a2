-- Save a story for a reader, unless there are too many.
-- KEYS saved   ARGV story, body, most
-- Returns 1 for a new one, 0 for one known before, -1 when there is no more room.
--#include _held
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
