#!lua flags=allow-oom
-- Create the group at 0 unless it is there; a full server still has to be drained.
-- KEYS stream   ARGV group
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
if type(made) == 'table' and made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then
  return made
end
return 1
