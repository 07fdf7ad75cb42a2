#!lua flags=allow-oom
-- Mark a message as being sent, when it is the first in the line of its chat, under the chat's lock.
-- KEYS delivery, lock:chat, line:chat   ARGV worker, lease (ms), chat
-- Returns 'busy' (another worker sends there, an earlier message is not settled, or the message goes
-- to another chat by now), or the state before: 'pending', 'sending', 'sent', ...
local found = redis.call('HMGET', KEYS[1], 'state', 'body')
local state = found[1]
if state ~= 'pending' and state ~= 'sending' then
  redis.call('ZREM', KEYS[3], KEYS[1])
  return state or 'gone'
end
if not string.find(found[2], '"chat_id":' .. ARGV[3]:gsub('%-', '%%-') .. '[,}]') then return 'busy' end
local first = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
while first and first ~= KEYS[1] do
  -- Only ids after the last known one tell whether a message of unknown fate arrived, and parts
  -- have an order: nothing may pass what is not settled.
  local before = redis.call('HGET', first, 'state')
  if before == 'pending' or before == 'sending' then return 'busy' end
  redis.call('ZREM', KEYS[3], first)
  first = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
end
if not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 'busy' end
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
if state == 'pending' then redis.call('HSET', KEYS[1], 'state', 'sending') end
return state
