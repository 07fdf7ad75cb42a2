-- Put an entry where it belongs: into the story that it is in, else one that shares a decisive
-- lookup, else the similar one found before, else a new one. What it shares with further stories
-- joins these to it.
-- ARGV retention (s), usage of the day, its lifetime (s), key, id of a new story, window (s),
--      similar story or '', why, stories to show it with by spaces, why, key of the post that it
--      follows or '', '1' where nothing certain ties it to its story any more, number of decisive lookups,
--      lookups...
-- Returns the story's id, '1' where it has aliases or is shown with others, what changed places now
-- ('post' for this one alone, 'stories' for others, or ''), and the ids that became its aliases now.
--#include _changes
--#include _living
--#include _stories
local key, new, window = ARGV[4], ARGV[5], ARGV[6]
local decisive = 13 + ARGV[13]
redis.call('SCARD', STORY .. new)
redis.call('SCARD', APART .. key)

local function named(lookup)
  local story = redis.call('GET', BY .. lookup)
  return story and living(story)
end

-- A story that it joined by rules or by a verdict is left by a post that tells another event now.
local was, left, gone = redis.call('GET', OF .. key), nil, {}
was = was and living(was)
local story = was
if story and ARGV[12] == '1' then
  local why = redis.call('GET', WHY .. key) or ''
  if why:find('^names:') or why:find('^link:') or why == 'judged' then
    redis.call('SREM', STORY .. story, key)
    redis.call('DEL', WHY .. key)
    left, story = story, nil
  elseif why:find('^grouped:') and redis.call('SCARD', STORY .. story) == 1 then
    redis.call('DEL', WHY .. key)
    ungroup(story)
  end
end

local function enter(into)
  story = into
  put(OF .. key, story)
  add(STORY .. story, key)
end

local function meet(other, why)
  if not other or other == left or other == story or is_out(key, other) then return end
  if not story then
    enter(other)
    reason(key, why)
    return
  end
  local joined, former = join(story, other, why)
  story = joined
  if former then gone[#gone + 1] = former end
end

-- Another post may have told the same event, and stand under this one's name, before it was here.
if not story and not left then
  local known = living(new)
  if redis.call('EXISTS', STORY .. known) == 1 and not is_out(key, known) then enter(known) end
end
for i = 14, decisive do meet(named(ARGV[i]), ARGV[i]) end
if ARGV[7] ~= '' then meet(living(ARGV[7]), ARGV[8]) end
if not story then
  local tries = 0
  while redis.call('EXISTS', ALIAS .. new, STORY .. new) > 0 do
    tries = tries + 1
    new = redis.sha1hex(key .. ' ' .. tries):sub(1, 12)
  end
  story = new
end
enter(story)
for i = 14, #ARGV do
  local found = named(ARGV[i])
  if i > decisive or not found or found == left then
    redis.call('SET', BY .. ARGV[i], story, 'EX', window)
  end
end

local grouped = false
for each in ARGV[9]:gmatch('%S+') do
  local over = living(each)
  if over ~= left and not is_out(key, over) and group(story, over) then grouped = true end
end
if grouped then reason(key, ARGV[10]) end
local follows = redis.call('GET', FOLLOWS .. key) or ''
if follows ~= ARGV[11] then
  if ARGV[11] == '' then redis.call('DEL', FOLLOWS .. key) else put(FOLLOWS .. key, ARGV[11]) end
end
if was ~= story or follows ~= ARGV[11] then note_known(key) end
local met = redis.call('EXISTS', ALIASES .. story, GROUP .. story, UNDER .. story) > 0
local shared = redis.call('SCARD', STORY .. story) > 1
local moved = ''
if #gone > 0 or grouped and shared then moved = 'stories'
elseif grouped or was ~= story and shared then moved = 'post' end
return {story, met and '1' or '', moved, unpack(gone)}
