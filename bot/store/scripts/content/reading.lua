-- The entry that holds what was made of a text; nothing where it is gone or nobody asked.
-- KEYS reading   ARGV prefix of entry:
local key = redis.call('GET', KEYS[1])
return key and redis.call('GET', ARGV[1] .. key)
