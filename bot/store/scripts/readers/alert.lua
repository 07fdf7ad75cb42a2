-- Give a story its number among a chat's alerts of the day; the same story keeps its number.
-- KEYS alert, alerts of the day   ARGV cap, seconds to keep the first, seconds to keep the second
-- Returns the number, or 0 when the day's cap is reached.
local known = redis.call('GET', KEYS[1])
if known then return tonumber(known) end
if tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[1]) then return 0 end
local number = redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
redis.call('SET', KEYS[1], number, 'EX', ARGV[2])
return number
