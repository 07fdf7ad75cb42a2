#!lua flags=allow-oom
-- Remove consumers that hold nothing and have been silent; DELCONSUMER would drop what one holds.
-- KEYS stream   ARGV group, silence (ms)
local removed = 0
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local found = {}
  for i = 1, #row, 2 do found[row[i]] = row[i + 1] end
  if found.pending == 0 and found.idle > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], found.name)
    removed = removed + 1
  end
end
return removed
