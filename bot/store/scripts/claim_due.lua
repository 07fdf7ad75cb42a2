#!lua flags=allow-oom
-- Claim what is due (chats, channels): each is moved a lease ahead, so that a dead claimer is
-- followed.
-- KEYS due   ARGV lease (s), most at once
local now = redis.call('TIME')
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now[1], 'LIMIT', 0, ARGV[2])
local moved = {}
for _, member in ipairs(due) do
  table.insert(moved, now[1] + ARGV[1])
  table.insert(moved, member)
end
if #due > 0 then redis.call('ZADD', KEYS[1], unpack(moved)) end
return due
