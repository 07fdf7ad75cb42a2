#!lua flags=allow-oom
-- Claim what is due (chats, channels): each is moved a lease ahead, so that a dead claimer is
-- followed.
-- KEYS due   ARGV lease (s), most at once
local now = redis.call('TIME')
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(due) do
  redis.call('ZADD', KEYS[1], now[1] + ARGV[1], member)
end
return due
