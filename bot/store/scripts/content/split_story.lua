-- Take a post out of a story for good, by an owner's word: it gets a story of its own, or where it
-- has one, that is shown with this no longer.
-- ARGV retention (s), usage of the day, its lifetime (s), key, story, window (s), lookups that
--      lead to this post alone...
-- Returns the story that the post is in now.
--#include _changes
--#include _living
--#include _stories
local key, story = ARGV[4], living(ARGV[5])
redis.call('SCARD', APART .. key)
local at = redis.call('GET', OF .. key)
at = at and living(at)
if not at then return '' end
if at ~= story then
  add(APART .. key, story)
  if root(at) ~= at then ungroup(at) elseif root(story) == at then ungroup(story) end
  redis.call('DEL', WHY .. key)
  return at
end
if redis.call('SCARD', STORY .. story) < 2 then return story end
local new, tries = nil, 0
repeat
  tries = tries + 1
  new = redis.sha1hex(key .. ' ' .. tries):sub(1, 12)
until redis.call('EXISTS', ALIAS .. new, STORY .. new) == 0
add(APART .. key, story)
redis.call('SREM', STORY .. story, key)
put(OF .. key, new)
add(STORY .. new, key)
redis.call('DEL', WHY .. key)
for i = 7, #ARGV do redis.call('SET', BY .. ARGV[i], new, 'EX', ARGV[6]) end
note_known(key)
note_story(story)
return new
