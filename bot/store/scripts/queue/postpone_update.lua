#!lua flags=allow-oom
-- Put an update off: it comes back by promote_updates.lua and keeps its place at the head of its line.
-- KEYS stream:updates, stream:updates:later, line   ARGV group, item id, delay in ms, held...
--#include _updates
--#include _held
local found = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if #found == 0 then return 0 end
local due = string.format('%d', now_ms() + ARGV[3])
redis.call('ZADD', KEYS[2], due, cjson.encode(found[1][2]))
redis.call('XDEL', KEYS[1], ARGV[2])
if redis.call('LINDEX', KEYS[3], 0) == ARGV[2] then redis.call('LSET', KEYS[3], 0, 'later:' .. due) end
return 1
