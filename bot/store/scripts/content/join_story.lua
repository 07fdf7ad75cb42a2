-- Put an entry into its story: the one it is in, else one that shares a decisive lookup, else the
-- similar one found before, else a new one.
-- KEYS story:of:entry, story:why:entry
-- ARGV key, similar story or '', id of a new one, prefix of story:, prefix of story:by:,
--      retention (s), window (s), number of decisive lookups, why it is similar, lookups...
-- Returns the story's id.
--#include _changes
local decisive = 9 + ARGV[8]
local was = redis.call('GET', KEYS[1])
local story, why = was, nil
for i = 10, decisive do
  if not story then
    story = redis.call('GET', ARGV[5] .. ARGV[i])
    why = story and ARGV[i]
  end
end
if not story and ARGV[2] ~= '' then story, why = ARGV[2], ARGV[9] end
story = story or ARGV[3]
if why then redis.call('SET', KEYS[2], why, 'EX', ARGV[6]) end
local members = ARGV[4] .. story
redis.call('SET', KEYS[1], story, 'EX', ARGV[6])
redis.call('SADD', members, ARGV[1])
redis.call('EXPIRE', members, ARGV[6])
for i = 10, #ARGV do
  if i > decisive or not redis.call('GET', ARGV[5] .. ARGV[i]) then
    redis.call('SET', ARGV[5] .. ARGV[i], story, 'EX', ARGV[7])
  end
end

if not was then note_known(ARGV[1]) end
return story
