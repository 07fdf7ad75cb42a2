-- Note how many have seen posts and reacted to them, once at each age, but what tells of views beats
-- what does not. Posts that are not here are passed over.
-- KEYS posts   ARGV key, field of the age, 'views/reactions' for each of them
-- Returns how many were noted.
--#include _changes
local news = {}
-- A key of another type is met before anything is written: a script is not undone.
redis.call('ZCARD', CHANGED)
for i = 1, #KEYS do
  local was = redis.call('HMGET', KEYS[i], 'revision', ARGV[3 * i - 1])
  local better = was[2] and was[2]:sub(1, 2) == '0/' and ARGV[3 * i]:sub(1, 2) ~= '0/'
  if was[1] and (better or not was[2]) then news[#news + 1] = i end
end
for _, i in ipairs(news) do
  redis.call('HSET', KEYS[i], ARGV[3 * i - 1], ARGV[3 * i])
  note_known(ARGV[3 * i - 2])
end
return #news
