#!lua flags=allow-oom
-- Finish a work item: an XACK alone would leave the entry in the stream for ever.
-- KEYS stream   ARGV group, item id
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])
