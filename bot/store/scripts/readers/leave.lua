#!lua flags=allow-oom
-- Stop a reader's digests; the settings stay ('keep') or go ('forget').
-- KEYS subscription, due, subscribers, seen   ARGV chat, keep|forget, body when kept
--#include _held
--#include _following
local old = redis.call('HGET', KEYS[1], 'body')
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('SREM', KEYS[3], ARGV[1])
if not old then return 0 end
unfollow(ARGV[1], old)
if ARGV[2] == 'forget' then redis.call('DEL', KEYS[1], KEYS[4]) else redis.call('HSET', KEYS[1], 'body', ARGV[3]) end
return 1
