-- Keep what readers suggest, each once, while there is room.
-- KEYS suggestions   ARGV most, (name, body)...
-- Returns the names that are kept, now or before.
--#include _held
local kept = {}
for i = 2, #ARGV - 4, 2 do
  local known = redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1
  if not known and redis.call('HLEN', KEYS[1]) < tonumber(ARGV[1]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    known = true
  end
  if known then kept[#kept + 1] = ARGV[i] end
end
return kept
