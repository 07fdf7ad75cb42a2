#!lua flags=allow-oom
-- Finish an update; the next of its line goes to the stream.
-- KEYS stream:updates, updates:parked, line   ARGV group, item id, name of the line, held...
--#include _updates
--#include _held
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
local done = redis.call('XDEL', KEYS[1], ARGV[2])
leave(KEYS[1], KEYS[3], KEYS[2], ARGV[3], ARGV[2])
return done
