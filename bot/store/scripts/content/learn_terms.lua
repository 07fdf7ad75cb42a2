-- Count the terms of a post once, by their buckets, and say how common they are.
-- KEYS told:in:channel, terms: of this period, terms: of the last one
-- ARGV key, posts of a channel that are kept, their span (s), span of the counts (s),
--      place of the number of posts, buckets
-- Returns the terms of the channel's posts before it, each `key bucket bucket ...`; for each bucket
-- how many posts had it in both periods; how many posts there were.
local call, sub = redis.call, string.sub
local earlier, known = {}, false
local own = ARGV[1] .. ' '
for _, line in ipairs(call('LRANGE', KEYS[1], 0, ARGV[2] - 1)) do
  if sub(line, 1, #own) == own then known = true else earlier[#earlier + 1] = line end
end

local function read(key)
  local fields, n = { 'GET', 'u32', ARGV[5] }, 3
  for bucket in ARGV[6]:gmatch('%d+') do
    fields[n + 1], fields[n + 2], fields[n + 3] = 'GET', 'u16', '#' .. bucket
    n = n + 3
  end
  return call('BITFIELD', key, unpack(fields, 1, n))
end

local function count(key)
  local fields, n = { 'INCRBY', 'u32', ARGV[5], 1 }, 4
  for bucket in ARGV[6]:gmatch('%d+') do
    fields[n + 1], fields[n + 2], fields[n + 3], fields[n + 4] = 'INCRBY', 'u16', '#' .. bucket, 1
    n = n + 4
  end
  return call('BITFIELD', key, 'OVERFLOW', 'SAT', unpack(fields, 1, n))
end

local now
if known then
  now = read(KEYS[2])
else
  call('LPUSH', KEYS[1], own .. ARGV[6])
  call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
  call('EXPIRE', KEYS[1], ARGV[3])
  now = count(KEYS[2])
  call('EXPIRE', KEYS[2], ARGV[4])
end
if call('EXISTS', KEYS[3]) == 1 then
  local before = read(KEYS[3])
  for i = 1, #now do now[i] = now[i] + before[i] end
end
return { earlier, now }
