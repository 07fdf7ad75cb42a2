-- Reserve money for one call: refused when what is spent and reserved would pass the day's cap.
-- KEYS budget   ARGV cost, cap (micro-dollars), seconds to keep
local held = tonumber(redis.call('HGET', KEYS[1], 'reserved') or '0')
local spent = tonumber(redis.call('HGET', KEYS[1], 'spent') or '0')
if held + spent + ARGV[1] > tonumber(ARGV[2]) then return 0 end
redis.call('HINCRBY', KEYS[1], 'reserved', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
