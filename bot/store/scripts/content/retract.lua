-- Take a deleted post out of everything that is shown; its entry and its place in a story go.
-- KEYS post, entry, entries, entries:channel, story:of, what is noted of its story...   ARGV key, prefix of story:
--#include _changes
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
local story = redis.call('GET', KEYS[5])
if story then redis.call('SREM', ARGV[2] .. story, ARGV[1]) end
for i = 5, #KEYS do redis.call('DEL', KEYS[i]) end
note_known(ARGV[1])
return redis.call('DEL', KEYS[1], KEYS[2])
