-- How the log of changes stands.
-- KEYS changed
-- Returns how many entries it has and the number of the last change.
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
return { redis.call('ZCARD', KEYS[1]), tonumber(last[2]) or 0 }
