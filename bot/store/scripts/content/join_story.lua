-- Put an entry into its story: the one it is in, else one that shares a decisive lookup, else the
-- similar one found before, else a new one.
-- KEYS story:of:entry
-- ARGV key, similar story or '', id of a new one, prefix of story:, prefix of story:by:,
--      retention (s), window (s), number of decisive lookups, lookups...
-- Returns the story's id.
--#include _lines
local decisive = 8 + ARGV[8]
local story = redis.call('GET', KEYS[1])
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

local function tell(key, began)
  local hour = hour_of(key)
  local was, begun, rest = line_at(hour, key)
  if was and (was ~= story or begun ~= began) then put_line(hour, key, story, began, rest) end
end

-- When the story began, by the line of another member; nil, or 0 where it was mended, for unknown.
local function known()
  for _, key in ipairs(redis.call('SRANDMEMBER', members, 2)) do
    local _, begun = line_at(hour_of(key), key)
    if key ~= ARGV[1] then return tonumber(begun) end
  end
end

-- A line says of a story with several members that it began no later than its first one; all of
-- them are told anew only where that has become earlier.
local _, at = hour_of(ARGV[1])
if not at then return story end
if redis.call('SCARD', members) == 1 then
  tell(ARGV[1], '')
  return story
end
local began = known()
if began and began > 0 and began <= at then
  tell(ARGV[1], string.format('%d', began))
  return story
end
began = at
local all = redis.call('SMEMBERS', members)
for _, key in ipairs(all) do
  local _, each = hour_of(key)
  if each and each < began then began = each end
end
for _, key in ipairs(all) do tell(key, string.format('%d', began)) end
return story
