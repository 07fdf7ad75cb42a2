-- What has changed, and how many members of an index lie in each of some spans.
-- KEYS lines:changed, index   ARGV number heard last, most, since, until, since, until, ...
-- Returns hour, number, hour, number, ... from that number on; and the counts.
local counts = {}
for i = 3, #ARGV, 2 do counts[#counts + 1] = redis.call('ZCOUNT', KEYS[2], ARGV[i], ARGV[i + 1]) end
local news = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
return {news, counts}
