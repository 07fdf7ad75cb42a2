-- How many members of each index lie in a span.
-- KEYS index...   ARGV since, until
local found = {}
for i, index in ipairs(KEYS) do found[i] = redis.call('ZCOUNT', index, ARGV[1], ARGV[2]) end
return found
