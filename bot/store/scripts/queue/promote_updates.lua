#!lua flags=allow-oom
-- Give the updates whose time has come back to the stream, and mend lines whose head is gone: some
-- of them at a time, for there may be many lines.
-- KEYS stream:updates, stream:updates:later, updates:parked   ARGV most at once, prefix of lines
--#include _updates
local ready = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now_ms(), 'LIMIT', 0, ARGV[1])
for _, member in ipairs(ready) do
  local fields = cjson.decode(member)
  local id = redis.call('XADD', KEYS[1], '*', unpack(fields))
  local line = ARGV[2] .. (pairs_of(fields).line or '')
  local head = redis.call('LINDEX', line, 0)
  if head and string.find(head, 'later:', 1, true) == 1 then redis.call('LSET', line, 0, id) end
  redis.call('ZREM', KEYS[2], member)
end
for _, name in ipairs(redis.call('HRANDFIELD', KEYS[3], ARGV[1])) do
  mend(KEYS[1], ARGV[2] .. name, KEYS[3], name)
end
return #ready
