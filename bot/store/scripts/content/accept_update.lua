-- Accept one raw update once, last in the line of its chat, unless its sender asks too often.
-- KEYS update, stream:updates, updates:arrivals, updates:parked, line, bucket
-- ARGV update id, raw JSON, seconds to remember, name of the line or '', 1 to drop what waits in it,
--      most tokens of the sender or '' for no limit, tokens per second, seconds to keep the bucket
-- Returns {0 known | 1 accepted | 2 too often, ms until the next token, 1 when told already}.
--#include _updates
-- A key of another type is met before anything is written: a script is not undone.
redis.call('XLEN', KEYS[2])
redis.call('STRLEN', KEYS[3])
redis.call('HLEN', KEYS[4])
redis.call('LLEN', KEYS[5])
if ARGV[6] ~= '' then redis.call('HLEN', KEYS[6]) end
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[3]) then return {0, 0, 0} end

if ARGV[6] ~= '' then
  local now, most = now_ms(), tonumber(ARGV[6])
  local found = redis.call('HMGET', KEYS[6], 'tokens', 'at', 'told')
  local tokens = tonumber(found[1] or most) + (now - tonumber(found[2] or now)) * ARGV[7] / 1000
  tokens = math.min(most, math.max(0, tokens))
  local allowed = tokens >= 1
  redis.call('HSET', KEYS[6], 'tokens', tostring(allowed and tokens - 1 or tokens),
    'at', string.format('%d', now), 'told', allowed and '' or '1')
  redis.call('EXPIRE', KEYS[6], ARGV[8])
  if not allowed then
    return {2, math.ceil((1 - tokens) * 1000 / math.max(0.001, ARGV[7])), found[3] == '1' and 1 or 0}
  end
end

local number, name = redis.call('INCR', KEYS[3]), ARGV[4]
local fields = {'id', ARGV[1], 'body', ARGV[2], 'line', name, 'number', tostring(number)}
if name == '' then
  redis.call('XADD', KEYS[2], '*', unpack(fields))
  return {1, 0, 0}
end
if redis.call('EXISTS', KEYS[5]) == 1 then mend(KEYS[2], KEYS[5], KEYS[4], name) end
if ARGV[5] == '1' and redis.call('LLEN', KEYS[5]) > 1 then
  redis.call('LTRIM', KEYS[5], 0, 0)
  redis.call('HDEL', KEYS[4], name)
end
join(KEYS[2], KEYS[5], KEYS[4], name, fields)
return {1, 0, 0}
