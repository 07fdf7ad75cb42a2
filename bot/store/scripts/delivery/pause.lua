#!lua flags=allow-oom
-- Let no send start before a retry_after is over.
-- KEYS limit:all or limit:chat   ARGV ms
local now = redis.call('TIME')
local till = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[1]
if till > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], string.format('%d', till), 'PX', ARGV[1] + 1000)
end
return 1
