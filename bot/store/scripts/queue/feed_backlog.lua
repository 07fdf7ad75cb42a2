-- Give the newest posts of the backlog to the stream, if nothing else waits there.
-- KEYS stream:posts, backlog, backlog:rest   ARGV most at once, prefix of post:
-- Returns how many were given.
if redis.call('EXISTS', KEYS[3]) == 1 or redis.call('XLEN', KEYS[1]) > 0 then return 0 end
local given = 0
for _, key in ipairs(redis.call('ZREVRANGE', KEYS[2], 0, ARGV[1] - 1)) do
  local revision = redis.call('HGET', ARGV[2] .. key, 'revision')
  if revision then
    redis.call('XADD', KEYS[1], '*', 'key', key, 'revision', revision, 'reread', '1')
    given = given + 1
  end
  redis.call('ZREM', KEYS[2], key)
end
return given
