#!lua flags=allow-oom
-- Give up a send that certainly did not happen: back to pending, the chat is free again.
-- KEYS delivery, lock:chat, line:chat   ARGV worker, 'keep' or 'leave' (the place in the line)
-- A worker that lost its lock knows nothing any more: the mark stays and is looked into.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[1], 'state') == 'sending' then
  redis.call('HSET', KEYS[1], 'state', 'pending')
end
if ARGV[2] == 'leave' then redis.call('ZREM', KEYS[3], KEYS[1]) end
redis.call('DEL', KEYS[2])
return 1
