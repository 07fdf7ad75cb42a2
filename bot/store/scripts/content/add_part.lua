-- Keep one part of an album and put its quiet window off.
-- KEYS album, albums due   ARGV message id, body, seconds to keep, quiet window (s)
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], redis.call('TIME')[1] + ARGV[4], KEYS[1])
return 1
