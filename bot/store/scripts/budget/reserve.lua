#!lua flags=allow-oom
-- Reserve money for one call: refused when what is spent and held would pass the day's cap.
-- A hold counts until its lease is over, so a worker that died gives its money back.
-- A call for what a reader forwarded needs room under the readers' own cap, too.
-- KEYS budget, holds
-- ARGV hold (id:cost, with r before it for a reader's), cost, cap (micro-dollars), lease (ms),
--      seconds to keep, the readers' cap or ''
local cost, cap = tonumber(ARGV[2]), tonumber(ARGV[3])
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 1 end
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local taken = tonumber(redis.call('HGET', KEYS[1], 'spent') or '0')
local readers = tonumber(redis.call('HGET', KEYS[1], 'readers') or '0')
for _, hold in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], string.format('(%d', ms), '+inf')) do
  local held = tonumber(string.match(hold, ':(%d+)$'))
  taken = taken + held
  if string.sub(hold, 1, 1) == 'r' then readers = readers + held end
end
if cap <= 0 or taken + cost > cap then return 0 end
if ARGV[6] ~= '' and readers + cost > tonumber(ARGV[6]) then return 0 end
redis.call('ZADD', KEYS[2], string.format('%d', ms + ARGV[4]), ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[5])
return 1
