-- Close one slot: its digest goes to the sender once, its stories count as seen, and the chat's next
-- instant is set.
-- KEYS slot, due, subscription, stream:outbox, seen, delivery...
-- ARGV chat, next instant (s) or '', slot's lifetime (s), delivery's lifetime (s), local date,
--      end of the digest (s), lifetime of seen (s), number of stories, stories..., (id, body)...
-- Returns 1 when this call closed it, 0 when it was closed before.
local stories = tonumber(ARGV[8])
local first = redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[3])
if first then
  for i = 6, #KEYS do
    local at = 9 + stories + 2 * (i - 6)
    redis.call('HSET', KEYS[i], 'state', 'pending', 'body', ARGV[at + 1])
    redis.call('EXPIRE', KEYS[i], ARGV[4])
    redis.call('XADD', KEYS[4], '*', 'id', ARGV[at])
  end
  for i = 9, 8 + stories do redis.call('ZADD', KEYS[5], 'NX', ARGV[6], ARGV[i]) end
  redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', ARGV[6] - ARGV[7])
  redis.call('EXPIRE', KEYS[5], ARGV[7])
end
if ARGV[2] == '' or redis.call('EXISTS', KEYS[3]) == 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
  redis.call('HSET', KEYS[3], 'next', ARGV[2], 'last', ARGV[5])
end
return first and 1 or 0
