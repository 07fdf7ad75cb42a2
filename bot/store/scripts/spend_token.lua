#!lua flags=allow-oom
-- Take one token from a user's bucket, which refills with time.
-- KEYS throttle   ARGV most tokens, tokens per second, seconds to keep
-- Returns {1 when there was one, ms until the next, 1 when the user was told already}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'told')
local tokens = tonumber(found[1] or ARGV[1]) + (now - tonumber(found[2] or now)) * ARGV[2] / 1000
tokens = math.min(tonumber(ARGV[1]), math.max(0, tokens))
local allowed = tokens >= 1
if allowed then tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%d', now),
  'told', allowed and '' or '1')
redis.call('EXPIRE', KEYS[1], ARGV[3])
if allowed then return {1, 0, 0} end
return {0, math.ceil((1 - tokens) * 1000 / math.max(0.001, ARGV[2])), found[3] == '1' and 1 or 0}
