-- Posts of a channel shortly before one, each as _open says: the one of the number right before it
-- first, then those whose entries are listed, newest first. Where most is 1 that is a single post.
-- KEYS post of the number before, its entry, entries:channel
-- ARGV since (s), until (s), number of the post, most, prefix of post:, prefix of entry:
--#include _head
--#include _open
local found, most = {open(KEYS[1], KEYS[2])}, tonumber(ARGV[4])
if most == 1 and found[1][1] then return found end
for _, key in ipairs(redis.call('ZRANGE', KEYS[3], ARGV[2], ARGV[1], 'BYSCORE', 'REV')) do
  if #found > most then return found end
  if tonumber(string.match(key, '/(%d+)$')) < tonumber(ARGV[3]) then
    found[#found + 1] = open(ARGV[5] .. key, ARGV[6] .. key)
  end
end
return found
