#!lua flags=allow-oom
-- Claim what is due (chats, channels): each is moved a lease ahead, so that a dead claimer is
-- followed.
-- KEYS due   ARGV lease (s), most at once
local now = redis.call('TIME')
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now[1], 'LIMIT', 0, ARGV[2])
-- One text for all: a number would be written anew for each of them.
local till, moved = string.format('%d', now[1] + ARGV[1]), {}
for i, member in ipairs(due) do
  moved[2 * i - 1], moved[2 * i] = till, member
end
if #due > 0 then redis.call('ZADD', KEYS[1], unpack(moved)) end
return due
