-- Hand a broadcast's messages to the sender, each while its chat is still among those that are left:
-- who was forgotten meanwhile is not, and nothing is made for that chat.
-- KEYS stream:outbox, cast:left, (delivery, line:chat)...
-- ARGV seconds to keep, longest that one holds the line (ms), (chat, id, body)...
--#include _enqueue
-- A key of another type is met before anything is written: a script is not undone.
redis.call('XLEN', KEYS[1])
redis.call('SCARD', KEYS[2])
for i = 3, #KEYS, 2 do redis.call('ZCARD', KEYS[i + 1]) end
for i = 3, #KEYS, 2 do
  local at = 3 + 3 * (i - 3) / 2
  if redis.call('SREM', KEYS[2], ARGV[at]) == 1 then
    enqueue(KEYS[1], KEYS[i], KEYS[i + 1], ARGV[at + 1], ARGV[at + 2], ARGV[1], ARGV[2])
  end
end
