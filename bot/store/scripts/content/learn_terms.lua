-- Count the terms of a post once, by their buckets, and say how common they are.
-- KEYS told:in:channel, terms: of this period, terms: of the last one
-- ARGV key, posts of a channel that are kept, their span (s), span of the counts (s),
--      place of the number of posts, buckets
-- Returns the terms of the channel's posts before it, each `key bucket bucket ...`; for each bucket
-- how many posts had it in both periods; how many posts there were.
local earlier, known = {}, false
for _, line in ipairs(redis.call('LRANGE', KEYS[1], 0, ARGV[2] - 1)) do
  if line:sub(1, #ARGV[1] + 1) == ARGV[1] .. ' ' then known = true else earlier[#earlier + 1] = line end
end

local buckets = {}
for bucket in ARGV[6]:gmatch('%d+') do buckets[#buckets + 1] = bucket end

local function each(key, verb, by)
  local calls = by and { key, 'OVERFLOW', 'SAT', verb, 'u32', ARGV[5], by } or { key, verb, 'u32', ARGV[5] }
  for _, bucket in ipairs(buckets) do
    calls[#calls + 1] = verb
    calls[#calls + 1] = 'u16'
    calls[#calls + 1] = '#' .. bucket
    if by then calls[#calls + 1] = by end
  end
  return redis.call('BITFIELD', unpack(calls))
end

local now
if known then
  now = each(KEYS[2], 'GET')
else
  redis.call('LPUSH', KEYS[1], ARGV[1] .. ' ' .. ARGV[6])
  redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
  redis.call('EXPIRE', KEYS[1], ARGV[3])
  now = each(KEYS[2], 'INCRBY', 1)
  redis.call('EXPIRE', KEYS[2], ARGV[4])
end
if redis.call('EXISTS', KEYS[3]) == 1 then
  local before = each(KEYS[3], 'GET')
  for i = 1, #now do now[i] = now[i] + before[i] end
end
return { earlier, now }
