-- What has changed, and how many members of an index lie in each of the last weeks.
-- KEYS lines:changed, index   ARGV number heard last, most, end of the last week (s), weeks
-- Returns hour, number, hour, number, ... from that number on; and the counts, oldest first.
local counts, week = {}, 7 * 24 * 3600
for back = ARGV[4] - 1, 0, -1 do
  local ends = ARGV[3] - back * week
  local since, till = string.format('%.6f', ends - week), string.format('(%.6f', ends)
  counts[#counts + 1] = redis.call('ZCOUNT', KEYS[2], since, till)
end
local news = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
return {news, counts}
