#!lua flags=allow-oom
-- Book what a reserved call cost and free the rest of its hold; a second call books nothing.
-- KEYS budget, holds, usage, costs, post (that it was about, where it was about one)
-- ARGV hold (id:cost, r before a reader's), spent (micro-dollars), seconds to keep, calls, how many counters of the day follow,
--      each with its number, then figures of its costs, each with its number
-- A key of another type is met before anything is written: a script is not undone.
for _, i in ipairs({1, 3, 4, 5}) do if KEYS[i] then redis.call('HLEN', KEYS[i]) end end
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return 0 end
local function add(key, first, last)
  for i = first, last, 2 do redis.call('HINCRBY', key, ARGV[i], ARGV[i + 1]) end
  if last > first then redis.call('EXPIRE', key, ARGV[3]) end
end
redis.call('HINCRBY', KEYS[1], 'spent', ARGV[2])
if string.sub(ARGV[1], 1, 1) == 'r' then redis.call('HINCRBY', KEYS[1], 'readers', ARGV[2]) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
local counted = 5 + 2 * ARGV[5]
add(KEYS[3], 6, counted)
add(KEYS[4], counted + 1, #ARGV)
if KEYS[5] and redis.call('EXISTS', KEYS[5]) == 1 then
  redis.call('HINCRBY', KEYS[5], 'calls', ARGV[4])
  redis.call('HINCRBY', KEYS[5], 'cost', ARGV[2])
end
return 1
