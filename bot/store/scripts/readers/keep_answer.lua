-- Keep the answer to a question, the first one that is made; none to a question that is forgotten.
-- KEYS answers, question   ARGV token, body, seconds to keep, 1 for a question out of the queue
-- Returns the body that is kept, nil for none.
--#include _held
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then return known end
if ARGV[4] == '1' and redis.call('EXISTS', KEYS[2]) == 0 then return nil end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return ARGV[2]
