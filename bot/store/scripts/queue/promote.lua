#!lua flags=allow-oom
-- Give the items whose time has come back to their stream.
-- KEYS stream, stream:later   ARGV most at once
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local ready = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ms, 'LIMIT', 0, ARGV[1])
for _, member in ipairs(ready) do
  redis.call('XADD', KEYS[1], '*', unpack(cjson.decode(member)))
  redis.call('ZREM', KEYS[2], member)
end
return #ready
