-- Mark a message as being sent, under the lock of its chat.
-- KEYS delivery, lock:chat   ARGV worker, lease (ms)
-- Returns 'busy' (another worker sends there), or the state before: 'pending', 'sending', 'sent', ...
if not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 'busy' end
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'gone' end
if state == 'pending' then redis.call('HSET', KEYS[1], 'state', 'sending') end
return state
