-- Give one dead item back to the stream it came from; an update stands last in its line again.
-- KEYS stream:dead, updates:parked   ARGV id, prefix of lines
--#include _updates
local found = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
if #found == 0 then return 0 end
local stream, line, fields = nil, nil, {}
for i = 1, #found[1][2], 2 do
  local name, value = found[1][2][i], found[1][2][i + 1]
  if name == 'stream' then stream = value
  elseif name ~= 'reason' and name ~= 'attempts' then
    fields[#fields + 1] = name
    fields[#fields + 1] = value
    if name == 'line' and value ~= '' then line = value end
  end
end
if line then
  join(stream, ARGV[2] .. line, KEYS[2], line, fields)
else
  redis.call('XADD', stream, '*', unpack(fields))
end
redis.call('XDEL', KEYS[1], ARGV[1])
return 1
