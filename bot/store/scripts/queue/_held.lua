-- Nothing is written for an item that another worker has taken over meanwhile. The last arguments are
-- the stream, group and consumer and the item's id; empty ones where nothing is held.
if ARGV[#ARGV] ~= '' then
  local id = ARGV[#ARGV]
  local held = redis.call('XPENDING', ARGV[#ARGV - 3], ARGV[#ARGV - 2], id, id, 1, ARGV[#ARGV - 1])
  if #held == 0 then return redis.error_reply('LOST another worker has the item') end
end
