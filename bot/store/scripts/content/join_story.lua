-- Put an entry into its story: the one it is in, else one that shares a decisive lookup, else the
-- similar one found before, else a new one.
-- KEYS story:of:entry
-- ARGV key, similar story or '', id of a new one, prefix of story:, prefix of story:by:,
--      retention (s), window (s), number of decisive lookups, lookups...
-- Returns the story's id.
--#include _changes
local decisive = 8 + ARGV[8]
local was = redis.call('GET', KEYS[1])
local story = was
for i = 9, decisive do
  story = story or redis.call('GET', ARGV[5] .. ARGV[i])
end
if not story and ARGV[2] ~= '' then story = ARGV[2] end
story = story or ARGV[3]
local members = ARGV[4] .. story
redis.call('SET', KEYS[1], story, 'EX', ARGV[6])
redis.call('SADD', members, ARGV[1])
redis.call('EXPIRE', members, ARGV[6])
for i = 9, #ARGV do
  if i > decisive or not redis.call('GET', ARGV[5] .. ARGV[i]) then
    redis.call('SET', ARGV[5] .. ARGV[i], story, 'EX', ARGV[7])
  end
end

if not was then note_known(ARGV[1]) end
return story
