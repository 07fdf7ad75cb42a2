-- A chat's own feed is asked for by another secret from now on; an update makes one.
-- KEYS feed:of:chat, feed:made:chat:update   ARGV chat, prefix of feed:by:, hash, secret, seconds to show
-- Returns the secret.
--#include _held
local made = redis.call('GET', KEYS[2])
if made then return made end
local before = redis.call('GET', KEYS[1])
if before then redis.call('DEL', ARGV[2] .. before) end
redis.call('SET', KEYS[1], ARGV[3])
redis.call('SET', ARGV[2] .. ARGV[3], ARGV[1])
redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[5])
return ARGV[4]
