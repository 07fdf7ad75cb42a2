-- Give an event its number among a chat's alerts of the day. Whatever its story is called, was
-- called before it was joined to another, or is shown with, it keeps the number of its first alert.
-- KEYS alerts of the day
-- ARGV story, name of an alert's key with @ for the story, cap, seconds to keep it, seconds to keep
--      the count of the day, '1' where it may ring
-- Returns the number, 0 for none, and the stories under whose names alerts went out, the first
-- first.
--#include _living
local event = root(living(ARGV[1]))
local function key_of(name) return (ARGV[2]:gsub('@', name)) end

local known = {}
local function look(story)
  local names = redis.call('SMEMBERS', ALIASES .. story)
  names[#names + 1] = story
  for _, name in ipairs(names) do
    local number, at = (redis.call('GET', key_of(name)) or ''):match('^(%d+):?(%d*)$')
    if number then known[#known + 1] = {name, number, tonumber(at) or 0} end
  end
end
look(event)
for _, story in ipairs(redis.call('SMEMBERS', GROUP .. event)) do look(story) end
table.sort(known, function(a, b) return a[3] < b[3] or a[3] == b[3] and a[1] < b[1] end)
if #known > 0 then
  local answer = {known[1][2]}
  for _, each in ipairs(known) do answer[#answer + 1] = each[1] end
  return answer
end

if ARGV[6] ~= '1' then return {'0'} end
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[3]) then return {'0'} end
local time = redis.call('TIME')
local number = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[5])
local ms = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('SET', key_of(event), number .. ':' .. ms, 'EX', ARGV[4])
return {tostring(number), event}
