#!lua flags=allow-oom
-- Move an update to the dead stream with its reason; the next of its line goes to the stream.
-- KEYS stream:updates, updates:parked, line, stream:dead
-- ARGV group, item id, name of the line, reason, attempts, most kept, held...
--#include _updates
--#include _held
local found = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if #found > 0 then
  redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', 'stream', KEYS[1], 'reason', ARGV[4],
    'attempts', ARGV[5], unpack(found[1][2]))
  redis.call('XDEL', KEYS[1], ARGV[2])
end
leave(KEYS[1], KEYS[3], KEYS[2], ARGV[3], ARGV[2])
return #found
