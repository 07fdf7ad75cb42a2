-- Store a reader with the next instant and the topics chosen, dropping the topics left.
-- KEYS subscription, due, subscribers, followers of topics chosen...
-- ARGV chat, body, next instant (s), prefix of subscribers:topic:
local old = redis.call('HGET', KEYS[1], 'body')
if old then
  for _, topic in ipairs(cjson.decode(old).topics or {}) do
    redis.call('SREM', ARGV[4] .. topic, ARGV[1])
  end
end
redis.call('HSET', KEYS[1], 'body', ARGV[2], 'next', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[1])
for i = 4, #KEYS do redis.call('SADD', KEYS[i], ARGV[1]) end
return old and 0 or 1
