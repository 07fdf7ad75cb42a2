#!lua flags=allow-oom
-- Close a message as sent or undeliverable, free its chat and finish its work item. What it said is
-- dropped: its fate is all that keeps it from being sent again.
-- KEYS delivery, lock:chat, last:chat, stream:outbox, line:chat, usage:day, reached:day, missed:day
-- ARGV state, message id or '', reason or '', worker, group, item id, seconds to keep,
--      seconds to keep the day's figures, the chat that a digest was for or '', seconds to keep it,
--      1 for what counts as a message
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HSET', KEYS[1], 'state', ARGV[1], 'message_id', ARGV[2], 'reason', ARGV[3])
  redis.call('HDEL', KEYS[1], 'body')
end
if ARGV[2] ~= '' then
  local last = tonumber(redis.call('GET', KEYS[3]) or '0')
  if tonumber(ARGV[2]) > last then redis.call('SET', KEYS[3], ARGV[2], 'EX', ARGV[7]) end
end
redis.call('ZREM', KEYS[5], KEYS[1])
if redis.call('GET', KEYS[2]) == ARGV[4] then redis.call('DEL', KEYS[2]) end
redis.call('XACK', KEYS[4], ARGV[5], ARGV[6])
local closed = redis.call('XDEL', KEYS[4], ARGV[6])
if closed == 1 and ARGV[11] == '1' then
  redis.call('HINCRBY', KEYS[6], ARGV[1], 1)
  redis.call('EXPIRE', KEYS[6], ARGV[8])
  if ARGV[9] ~= '' then
    local readers = ARGV[1] == 'sent' and KEYS[7] or KEYS[8]
    redis.call('SADD', readers, ARGV[9])
    redis.call('EXPIRE', readers, ARGV[10])
  end
end
return closed
