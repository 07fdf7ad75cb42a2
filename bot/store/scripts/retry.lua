-- Give one dead item back to the stream it came from.
-- KEYS stream:dead   ARGV id
local found = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
if #found == 0 then return 0 end
local stream, fields = nil, {}
for i = 1, #found[1][2], 2 do
  local name, value = found[1][2][i], found[1][2][i + 1]
  if name == 'stream' then stream = value
  elseif name ~= 'reason' and name ~= 'attempts' then
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
end
redis.call('XADD', stream, '*', unpack(fields))
redis.call('XDEL', KEYS[1], ARGV[1])
return 1
