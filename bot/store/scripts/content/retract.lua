-- Take a deleted post out of everything that is shown; its entry and its place in a story go.
-- KEYS post, entry, entries:channel, story:of   ARGV key, prefix of entries:topic:,
--      prefix of story:
--#include _lines
--#include _head
local _, _, topics = head_of(redis.call('GET', KEYS[2]))
for _, topic in ipairs(topics or {}) do redis.call('ZREM', ARGV[2] .. topic, ARGV[1]) end
drop_line(hour_of(ARGV[1]), ARGV[1])
redis.call('ZREM', INDEX, ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
local story = redis.call('GET', KEYS[4])
if story then redis.call('SREM', ARGV[3] .. story, ARGV[1]) end
redis.call('DEL', KEYS[4])
return redis.call('DEL', KEYS[1], KEYS[2])
