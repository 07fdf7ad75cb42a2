-- Note what a message of a chat shows from now on, where one of its last digests is in it.
-- KEYS page...
-- ARGV name of a message's key without its id, message id, end of the digest that is shown (s),
--      hash of the screen, the end that stands for every digest's (s), for each key the page of
--      its digest or '' for another screen...
for i, key in ipairs(KEYS) do
  local id, ends = unpack(redis.call('HMGET', key, 'id', 'until'))
  if id and redis.call('HGET', ARGV[1] .. id, 'message_id') == ARGV[2] then
    local at = (ends == ARGV[3] or ends == ARGV[5]) and ARGV[5 + i] or ''
    redis.call('HSET', key, 'at', at, 'hash', ARGV[4])
  end
end
