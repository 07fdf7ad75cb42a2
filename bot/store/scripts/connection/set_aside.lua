#!lua flags=allow-oom
-- Move a key of another type than it must have out of the way, for a while.
-- KEYS key, quarantined   ARGV type that it must have, ms to keep
-- Returns the type that it had, or '' when nothing was wrong.
local found = redis.call('TYPE', KEYS[1]).ok
if found == 'none' or found == ARGV[1] then return '' end
if redis.call('RENAMENX', KEYS[1], KEYS[2]) == 0 then return '' end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return found
