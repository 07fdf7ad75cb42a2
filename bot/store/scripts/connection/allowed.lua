-- Which of these commands the user may not give; as a script of two keys that writes, it is itself
-- what a replica, a cluster and rights for too few keys refuse.
-- KEYS 1 the mark to be written 2 the version of the layout
-- ARGV 1 seconds that the mark is kept, then the commands, each whole, with K for a key
-- Returns the names of those denied; none where the server cannot tell.
local denied = {}
for number = 2, redis.acl_check_cmd and #ARGV or 1 do
  local words = {}
  for word in string.gmatch(ARGV[number], '%S+') do
    words[#words + 1] = word == 'K' and KEYS[1] or word
  end
  local known, allowed = pcall(redis.acl_check_cmd, unpack(words))
  if not (known and allowed) then denied[#denied + 1] = words[1] end
end
if #denied == 0 then redis.call('SET', KEYS[1], redis.call('EXISTS', KEYS[2]), 'EX', ARGV[1]) end
return denied
