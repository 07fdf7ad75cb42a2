#!lua flags=allow-oom
-- Take an album off the due ones, unless it has grown since its parts were read.
-- KEYS album, albums due   ARGV parts read
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[1]) then return 0 end
return redis.call('ZREM', KEYS[2], KEYS[1])
