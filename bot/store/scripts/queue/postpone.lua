#!lua flags=allow-oom
-- Put a work item off: it leaves the stream and comes back by promote.lua when its time has come.
-- KEYS stream, stream:later   ARGV group, item id, delay in ms
local found = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if #found == 0 then return 0 end
local now = redis.call('TIME')
local due = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3]
redis.call('ZADD', KEYS[2], due, cjson.encode(found[1][2]))
redis.call('XDEL', KEYS[1], ARGV[2])
return 1
