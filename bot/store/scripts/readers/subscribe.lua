-- Store a reader with the next instant and the topics followed, dropping those left.
-- KEYS subscription, due, subscribers, followers of topics followed...
-- ARGV chat, body, next instant (s) or '' for no digests, prefix of subscribers:topic:
--#include _held
local old = redis.call('HGET', KEYS[1], 'body')
if old then
  for _, topic in ipairs(cjson.decode(old).alerts or {}) do
    redis.call('SREM', ARGV[4] .. topic, ARGV[1])
  end
end
redis.call('HSET', KEYS[1], 'body', ARGV[2], 'next', ARGV[3])
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('SREM', KEYS[3], ARGV[1])
else
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
  redis.call('SADD', KEYS[3], ARGV[1])
end
for i = 4, #KEYS do redis.call('SADD', KEYS[i], ARGV[1]) end
return old and 0 or 1
