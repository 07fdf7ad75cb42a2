#!lua flags=allow-oom
-- The code that makes an owner: the one that is valid, else the given one from now on.
-- KEYS owners:code, owners   ARGV new code, seconds to keep
-- Returns the code; '' where an owner is known already.
if redis.call('SCARD', KEYS[2]) > 0 then return '' end
local code = redis.call('HGET', KEYS[1], 'code')
if code then return code end
redis.call('HSET', KEYS[1], 'code', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return ARGV[1]
