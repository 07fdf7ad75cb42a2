-- Hand messages to the sender once each, last in the lines of their chats.
-- KEYS stream:outbox, (delivery, line:chat)...
-- ARGV seconds to keep, longest that one holds the line (ms), (id, body)...
-- Returns how many were new.
--#include _held
--#include _enqueue
-- A key of another type is met before anything is written: a script is not undone.
redis.call('XLEN', KEYS[1])
for i = 2, #KEYS, 2 do redis.call('ZCARD', KEYS[i + 1]) end
local added = 0
for i = 2, #KEYS, 2 do
  added = added + enqueue(KEYS[1], KEYS[i], KEYS[i + 1], ARGV[i + 1], ARGV[i + 2], ARGV[1], ARGV[2])
end
return added
