-- Save a story for a reader, unless there are too many.
-- KEYS saved, subscription of a reader who has to be known, or none   ARGV story, body, most
-- Returns 1 for a new one, 0 for one known before, -1 when there is no more room,
-- -2 for a reader who is not known.
--#include _held
if KEYS[2] and redis.call('EXISTS', KEYS[2]) == 0 then return -2 end
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
