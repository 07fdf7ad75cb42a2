-- Claim papers that are due at a source, the longest due first; one process asks at a time.
-- KEYS papers:due, papers:turn   ARGV most at once, lease (ms)
-- Returns the milliseconds to wait, 0 where nothing says how long, and the papers.
local left = redis.call('PTTL', KEYS[2])
if left ~= -2 then return {math.max(left, 1)} end
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])
if #due == 0 then
  local _, first = unpack(redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES'))
  return {first and math.max(1, math.ceil((first - now) * 1000)) or 0}
end
for _, paper in ipairs(due) do redis.call('ZADD', KEYS[1], now + ARGV[2] / 1000, paper) end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
return {0, unpack(due)}
