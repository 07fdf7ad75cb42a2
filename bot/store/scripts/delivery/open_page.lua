-- Remember a digest that goes to a chat, and that its first page is what it shows.
-- KEYS page, pages   ARGV digest, now (ms), lifetime (s), ms after which others are forgotten,
--      field, value...
-- A key of another type is met before anything is written: a script is not undone.
redis.call('HLEN', KEYS[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[2] - ARGV[4])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
