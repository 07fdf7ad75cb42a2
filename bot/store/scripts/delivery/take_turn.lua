#!lua flags=allow-oom
-- Reserve the next turn to call Telegram for a chat; callers wait, nobody polls.
-- KEYS limit:all, limit:chat, and for a message line:chat, delivery
-- ARGV ms between any two (a fraction counts), ms between two to this chat, longest wait worth a reservation (ms),
--      longest that one holds the line (ms)
-- Returns {1, wait in ms}, or {0, ms after which to ask again} with nothing reserved.
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local all = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local chat = math.max(now, tonumber(redis.call('GET', KEYS[2]) or '0'))
local turn = math.max(all, chat)
if KEYS[3] then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[4])
  if not redis.call('ZSCORE', KEYS[3], KEYS[4]) then
    local last = redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')
    redis.call('ZADD', KEYS[3], math.max(now, (tonumber(last[2]) or 0) + 1), KEYS[4])
  end
  redis.call('PEXPIRE', KEYS[3], ARGV[4])
  local first = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
  local state = first ~= KEYS[4] and redis.call('HGET', first, 'state')
  if state == 'pending' or state == 'sending' then
    return {0, math.ceil(turn - now) + redis.call('ZRANK', KEYS[3], KEYS[4]) * ARGV[2]}
  end
end
-- A turn that nobody takes would put off all who come later.
if turn - now > tonumber(ARGV[3]) then return {0, math.ceil(turn - now)} end
local function taken(key, till)
  redis.call('SET', key, string.format('%.1f', till), 'PX', math.ceil(till - now) + 1000)
end
taken(KEYS[1], all + ARGV[1])
taken(KEYS[2], turn + ARGV[2])
return {1, math.ceil(turn - now)}
