-- Hand one message to the sender, once, last in the line of its chat; 1 when it was new.
local function enqueue(stream, delivery, line, id, body, seconds, hold)
  if redis.call('HSETNX', delivery, 'state', 'pending') == 0 then return 0 end
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('HSET', delivery, 'body', body)
  redis.call('EXPIRE', delivery, seconds)
  local last = redis.call('ZRANGE', line, -1, -1, 'WITHSCORES')
  redis.call('ZADD', line, math.max(now, (tonumber(last[2]) or 0) + 1), delivery)
  redis.call('PEXPIRE', line, hold)
  redis.call('XADD', stream, '*', 'id', id)
  return 1
end
