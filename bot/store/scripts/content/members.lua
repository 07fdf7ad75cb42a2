-- Members of several sets in one answer: a thousand answers cost the client a hundred times this.
-- KEYS story...
-- Returns a list of members per key
local found = {}
for i, key in ipairs(KEYS) do found[i] = redis.call('SMEMBERS', key) end
return found
