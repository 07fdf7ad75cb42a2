-- Give up a send that certainly did not happen: back to pending, the chat is free again.
-- KEYS delivery, lock:chat   ARGV worker
if redis.call('HGET', KEYS[1], 'state') == 'sending' then
  redis.call('HSET', KEYS[1], 'state', 'pending')
end
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1
