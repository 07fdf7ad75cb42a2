-- The lines of all members of some stories.
-- KEYS story...
-- Returns for each story a list of key, line or '', key, line or '', ...
--#include _lines
local found = {}
for i, story in ipairs(KEYS) do
  local lines = {}
  for _, key in ipairs(redis.call('SMEMBERS', story)) do
    local hour = hour_of(key)
    local line = hour and redis.call('HGET', LINES .. hour, key)
    lines[#lines + 1] = key
    lines[#lines + 1] = line or ''
  end
  found[i] = lines
end
return found
