#!lua flags=allow-oom
-- Plan another look at a post: it goes back to the stream later, unless it has changed or gone.
-- KEYS post, stream:later   ARGV key, revision, attempt, delay (ms)
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[2] then return 0 end
local now = redis.call('TIME')
local due = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[4]
local fields = {'key', ARGV[1], 'revision', ARGV[2], 'attempt', ARGV[3]}
if redis.call('HEXISTS', KEYS[1], 'reader') == 1 then
  fields[7], fields[8] = 'reader', '1'
end
redis.call('ZADD', KEYS[2], due, cjson.encode(fields))
return 1
