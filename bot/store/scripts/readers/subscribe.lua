-- Store a reader with the next instant and what is followed, dropping what was before.
-- KEYS subscription, due, subscribers   ARGV chat, body, next instant (s) or '' for no digests, 'known' or ''
-- Returns 1 for a new reader, 0 for one known before, -1 for an unknown one who had to be known.
--#include _held
--#include _following
local old = redis.call('HGET', KEYS[1], 'body')
if not old and ARGV[4] == 'known' then return -1 end
if old then unfollow(ARGV[1], old) end
redis.call('HSET', KEYS[1], 'body', ARGV[2], 'next', ARGV[3])
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('SREM', KEYS[3], ARGV[1])
else
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
  redis.call('SADD', KEYS[3], ARGV[1])
end
follow(ARGV[1], ARGV[2])
return old and 0 or 1
