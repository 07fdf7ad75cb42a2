#!lua flags=allow-oom
-- Move a work item to the dead stream with its reason; a second call finds nothing to move.
-- KEYS stream, stream:dead, and for a message line:chat, delivery
-- ARGV group, item id, reason, attempts, most kept
local found = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if KEYS[3] then redis.call('ZREM', KEYS[3], KEYS[4]) end  -- the later ones of its chat go on
if #found == 0 then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[5], '*', 'stream', KEYS[1], 'reason', ARGV[3],
  'attempts', ARGV[4], unpack(found[1][2]))
redis.call('XDEL', KEYS[1], ARGV[2])
return 1
