-- How many members of an index lie in each of the last weeks, and until when that stays so.
-- KEYS index   ARGV end of the last week (s), weeks
-- Returns the last end (s, or 'inf') for which the counts are the same; and these, oldest first.
local last, counts, week, since = math.huge, {}, 7 * 24 * 3600, nil
for back = ARGV[2], 0, -1 do
  local edge = string.format('%.6f', ARGV[1] - back * week)
  if since then counts[#counts + 1] = redis.call('ZCOUNT', KEYS[1], since, '(' .. edge) end
  local next = redis.call('ZRANGEBYSCORE', KEYS[1], edge, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if next[2] then last = math.min(last, next[2] + back * week) end
  since = edge
end
return {string.format('%.6f', last), counts}
