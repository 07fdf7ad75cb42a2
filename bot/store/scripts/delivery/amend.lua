-- Hand the change of a digest's message to the sender, where it still shows that page.
-- KEYS page, pages, delivery of the digest, delivery, stream:outbox, line:chat, seen
-- ARGV digest, page, edits before, most edits, hash of the screen, lifetime of the change (s),
--      longest that it holds the line (ms), id, body, end of the digest (s), stories shown...
-- Returns 1 when it was handed in.
-- A key of another type is met before anything is written: a script is not undone.
for _, i in ipairs({2, 6, 7}) do redis.call('ZCARD', KEYS[i]) end
redis.call('HLEN', KEYS[4])
redis.call('XLEN', KEYS[5])
local at, edits = unpack(redis.call('HMGET', KEYS[1], 'at', 'edits'))
if at ~= ARGV[2] or edits ~= ARGV[3] then return 0 end
if redis.call('HGET', KEYS[3], 'state') ~= 'sent' then return 0 end
redis.call('HSET', KEYS[1], 'hash', ARGV[5], 'edits', ARGV[3] + 1)
if ARGV[3] + 1 >= tonumber(ARGV[4]) then redis.call('ZREM', KEYS[2], ARGV[1]) end
for i = 11, #ARGV do redis.call('ZADD', KEYS[7], 'NX', ARGV[10], ARGV[i]) end
local time = redis.call('TIME')
local last = redis.call('ZRANGE', KEYS[6], -1, -1, 'WITHSCORES')
local turn = math.max(time[1] * 1000 + math.floor(time[2] / 1000), (tonumber(last[2]) or 0) + 1)
redis.call('HSET', KEYS[4], 'state', 'pending', 'body', ARGV[9])
redis.call('EXPIRE', KEYS[4], ARGV[6])
redis.call('ZADD', KEYS[6], turn, KEYS[4])
redis.call('PEXPIRE', KEYS[6], ARGV[7])
redis.call('XADD', KEYS[5], '*', 'id', ARGV[8])
return 1
