#!lua flags=allow-oom
-- Plan another look at a post: it goes back to the stream later, unless it has changed or gone.
-- KEYS post, stream:later   ARGV key, revision, attempt, delay (ms)
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[2] then return 0 end
local now = redis.call('TIME')
local due = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[4]
local fields = cjson.encode({'key', ARGV[1], 'revision', ARGV[2], 'attempt', ARGV[3]})
redis.call('ZADD', KEYS[2], due, fields)
return 1
