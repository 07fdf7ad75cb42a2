-- Take a deleted post out of everything that is shown; its entry and its place in a story go.
-- KEYS post, entry, entries, entries:channel, story:of, story:why, telling   ARGV key, prefix of story:
--#include _changes
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
local story = redis.call('GET', KEYS[5])
if story then redis.call('SREM', ARGV[2] .. story, ARGV[1]) end
redis.call('DEL', KEYS[5], KEYS[6], KEYS[7])
note_known(ARGV[1])
return redis.call('DEL', KEYS[1], KEYS[2])
