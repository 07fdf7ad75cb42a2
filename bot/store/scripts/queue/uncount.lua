#!lua flags=allow-oom
-- Take back one delivery of an item that this consumer holds; its lease runs on.
-- KEYS stream   ARGV group, consumer, item id
local own = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2])
if #own == 0 then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'IDLE', own[1][3],
  'RETRYCOUNT', math.max(0, own[1][4] - 1), 'JUSTID')
return 1
