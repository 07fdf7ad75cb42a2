-- Add to a day's counters; a lost reply may count one addition twice, which nobody pays for.
-- KEYS usage   ARGV kept (s), then name, number...
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
