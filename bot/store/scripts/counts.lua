-- How many members of each index lie in each of some spans.
-- KEYS index...   ARGV since, until, since, until, ...
-- Returns the counts of the first index, then those of the second, ...
local found = {}
for _, index in ipairs(KEYS) do
  for i = 1, #ARGV, 2 do found[#found + 1] = redis.call('ZCOUNT', index, ARGV[i], ARGV[i + 1]) end
end
return found
