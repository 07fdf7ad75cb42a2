-- Close one slot: its digest goes to the sender once, and the chat's next instant is set.
-- KEYS slot, due, subscription, stream:outbox, delivery...
-- ARGV chat, next instant (s) or '', slot's lifetime (s), delivery's lifetime (s), local date,
--      (id, body)...
-- Returns 1 when this call closed it, 0 when it was closed before.
local first = redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[3])
if first then
  for i = 5, #KEYS do
    local id, body = ARGV[2 * i - 4], ARGV[2 * i - 3]
    redis.call('HSET', KEYS[i], 'state', 'pending', 'body', body)
    redis.call('EXPIRE', KEYS[i], ARGV[4])
    redis.call('XADD', KEYS[4], '*', 'id', id)
  end
end
if ARGV[2] == '' or redis.call('EXISTS', KEYS[3]) == 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
  redis.call('HSET', KEYS[3], 'next', ARGV[2], 'last', ARGV[5])
end
return first and 1 or 0
