-- Hand messages to the sender once each.
-- KEYS stream:outbox, delivery...   ARGV seconds to keep, (id, body)...
-- Returns how many were new.
local added = 0
for i = 2, #KEYS do
  local id, body = ARGV[2 * i - 2], ARGV[2 * i - 1]
  if redis.call('HSETNX', KEYS[i], 'state', 'pending') == 1 then
    redis.call('HSET', KEYS[i], 'body', body)
    redis.call('EXPIRE', KEYS[i], ARGV[1])
    redis.call('XADD', KEYS[1], '*', 'id', id)
    added = added + 1
  end
end
return added
