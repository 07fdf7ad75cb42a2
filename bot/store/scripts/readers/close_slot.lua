-- Close one slot: its digest goes to the sender once, its stories count as seen, and the chat's next
-- instant is set.
-- KEYS slot, due, subscription, stream:outbox, seen, line:chat, stream:outbox:later, limit:digests,
--      delivery...
-- ARGV chat, next instant (s) or '', slot's lifetime (s), delivery's lifetime (s), local date,
--      end of the digest (s), lifetime of seen (s), number of stories,
--      longest that a message holds the line (ms), ms between digests, ms that need no plan,
--      stories..., (id, body)...
-- Returns 1 when this call closed it, 0 when it was closed before.
-- A key of another type is met before anything is written: a script is not undone.
for _, i in ipairs({2, 5, 6, 7}) do redis.call('ZCARD', KEYS[i]) end
redis.call('HLEN', KEYS[3])
redis.call('XLEN', KEYS[4])
redis.call('STRLEN', KEYS[8])
for i = 9, #KEYS do redis.call('HLEN', KEYS[i]) end
local stories = tonumber(ARGV[8])
local first = redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[3])
if first then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  for i = 9, #KEYS do
    local at = 12 + stories + 2 * (i - 9)
    redis.call('HSET', KEYS[i], 'state', 'pending', 'body', ARGV[at + 1])
    redis.call('EXPIRE', KEYS[i], ARGV[4])
    -- A crowded minute is spread, so that answers to readers find room between its digests.
    local turn = math.max(now, tonumber(redis.call('GET', KEYS[8]) or '0'))
    redis.call('SET', KEYS[8], string.format('%d', turn + ARGV[10]), 'PX', turn - now + 1000)
    if turn - now > tonumber(ARGV[11]) then
      redis.call('ZADD', KEYS[7], turn, cjson.encode({'id', ARGV[at]}))
    else
      local last = redis.call('ZRANGE', KEYS[6], -1, -1, 'WITHSCORES')
      redis.call('ZADD', KEYS[6], math.max(now, (tonumber(last[2]) or 0) + 1), KEYS[i])
      redis.call('PEXPIRE', KEYS[6], ARGV[9])
      redis.call('XADD', KEYS[4], '*', 'id', ARGV[at])
    end
  end
  for i = 12, 11 + stories do redis.call('ZADD', KEYS[5], 'NX', ARGV[6], ARGV[i]) end
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
