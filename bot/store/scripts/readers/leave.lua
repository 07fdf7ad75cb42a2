#!lua flags=allow-oom
-- Stop a reader's digests; the settings stay ('keep') or go ('forget').
-- KEYS subscription, due, subscribers, seen   ARGV chat, keep|forget, body when kept, prefix of topics
--#include _held
local old = redis.call('HGET', KEYS[1], 'body')
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('SREM', KEYS[3], ARGV[1])
if not old then return 0 end
for _, topic in ipairs(cjson.decode(old).alerts or {}) do
  redis.call('SREM', ARGV[4] .. topic, ARGV[1])
end
if ARGV[2] == 'forget' then redis.call('DEL', KEYS[1], KEYS[4]) else redis.call('HSET', KEYS[1], 'body', ARGV[3]) end
return 1
