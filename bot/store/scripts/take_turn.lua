#!lua flags=allow-oom
-- Reserve the next turn to call Telegram for a chat; callers wait, nobody polls.
-- KEYS limit:all, limit:chat   ARGV ms between any two, ms between two to this chat
-- Returns the wait in ms.
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local all = math.max(ms, tonumber(redis.call('GET', KEYS[1]) or '0'))
local chat = math.max(ms, tonumber(redis.call('GET', KEYS[2]) or '0'))
local turn = math.max(all, chat)
redis.call('SET', KEYS[1], string.format('%d', all + ARGV[1]), 'PX', math.max(1000, all - ms + 1000))
redis.call('SET', KEYS[2], string.format('%d', turn + ARGV[2]), 'PX', turn - ms + ARGV[2] + 1000)
return turn - ms
