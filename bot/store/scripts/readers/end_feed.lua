#!lua flags=allow-oom
-- A chat has no feed any more.
-- KEYS feed:of:chat   ARGV prefix of feed:by:
-- Returns 1 where it had one.
--#include _held
local before = redis.call('GET', KEYS[1])
if not before then return 0 end
redis.call('DEL', KEYS[1], ARGV[1] .. before)
return 1
