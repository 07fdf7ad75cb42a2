#!lua flags=allow-oom
-- Mark a message as being sent, under the lock of its chat.
-- KEYS delivery, lock:chat, doubt:chat   ARGV worker, lease (ms), seconds of doubt
-- Returns 'busy' (another worker sends there, or an earlier message may or may not be there), or
-- the state before: 'pending', 'sending', 'sent', ...
local doubt = redis.call('GET', KEYS[3])
if doubt and doubt ~= KEYS[1] and redis.call('HGET', doubt, 'state') == 'sending' then
  -- Only ids after the last known one tell whether that message arrived: nothing may pass it.
  return 'busy'
end
if not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 'busy' end
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'gone' end
if state == 'pending' then redis.call('HSET', KEYS[1], 'state', 'sending') end
if state == 'pending' or state == 'sending' then
  redis.call('SET', KEYS[3], KEYS[1], 'EX', ARGV[3])
end
return state
