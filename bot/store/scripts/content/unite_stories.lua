-- Make one story of two by an owner's word, whatever was said of them before.
-- ARGV retention (s), usage of the day, its lifetime (s), story, other story
-- Returns the story that lives.
--#include _changes
--#include _living
--#include _stories
local a, b = living(ARGV[4]), living(ARGV[5])
if redis.call('EXISTS', STORY .. a) == 0 or redis.call('EXISTS', STORY .. b) == 0 then return '' end
local function forgive(from, to)
  for _, key in ipairs(members(from)) do
    for _, id in ipairs(redis.call('SMEMBERS', APART .. key)) do
      if living(id) == to then redis.call('SREM', APART .. key, id) end
    end
  end
end
forgive(a, b)
forgive(b, a)
local story = join(a, b, 'owner')
return story
