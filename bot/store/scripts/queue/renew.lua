#!lua flags=allow-oom
-- Keep the lease of items in work; one that another worker has taken over stays there.
-- KEYS stream   ARGV group, consumer, item ids...
for i = 3, #ARGV do
  local own = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #own > 0 then redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID') end
end
return 1
