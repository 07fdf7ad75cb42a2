-- How stories are joined and shown together. Needs _changes and _living; ARGV[1] is the retention (s), ARGV[2]
-- the usage of the day, ARGV[3] its lifetime (s). The names between @ are put in by the program.
local KEEP, USAGE, USAGE_KEPT = ARGV[1], ARGV[2], ARGV[3]
local OF, BY, WHY = '@STORY_OF@', '@STORY_BY@', '@STORY_WHY@'
local APART, FOLLOWS, INDEX = '@STORY_APART@', '@STORY_FOLLOWS@', '@INDEX@'
local MOST_SHOWN = 64 -- stories under one: what comes after stands for itself

-- A key of another type is met before anything is written: a script is not undone.
redis.call('HLEN', USAGE)
redis.call('ZCARD', INDEX)
redis.call('ZCARD', CHANGED)

local function put(key, value) redis.call('SET', key, value, 'EX', KEEP) end
local function add(key, value)
  redis.call('SADD', key, value)
  redis.call('EXPIRE', key, KEEP)
end

local function note_story(story)
  for _, key in ipairs(members(story)) do note_known(key) end
end

-- Why a post stands in its story; the first reason is what stays, but for that of a mere group.
local function reason(key, why)
  local known = redis.call('GET', WHY .. key)
  if known and known:sub(1, 8) ~= 'grouped:' or known == why then return end
  put(WHY .. key, why)
  redis.call('HINCRBY', USAGE, 'joined_' .. why:match('^[^:]*'), 1)
  redis.call('EXPIRE', USAGE, USAGE_KEPT)
end

-- When the first post of a story was published, and its key.
local function began(story)
  local first, who = math.huge, nil
  for _, key in ipairs(members(story)) do
    local at = tonumber(redis.call('ZSCORE', INDEX, key) or nil) or math.huge
    if not who or at < first or at == first and key < who then first, who = at, key end
  end
  return first, who
end

-- Of two stories the one that began first, then the other.
local function by_age(a, b)
  local one, two = began(a), began(b)
  if two < one or two == one and b < a then return b, a end
  return a, b
end

-- Whether an owner took a post out of a story, under any of its names.
local function is_out(key, story)
  for _, id in ipairs(redis.call('SMEMBERS', APART .. key)) do
    if living(id) == story then return true end
  end
  return false
end

local function parted(a, b)
  for _, key in ipairs(members(a)) do if is_out(key, b) then return true end end
  for _, key in ipairs(members(b)) do if is_out(key, a) then return true end end
  return false
end

-- Show a story no longer under another.
local function ungroup(story)
  local over = redis.call('GET', UNDER .. story)
  if not over then return end
  redis.call('DEL', UNDER .. story)
  redis.call('SREM', GROUP .. over, story)
  note_story(story)
end

-- Show all that stands under one story under another, which is under none.
local function move_group(from, to)
  for _, each in ipairs(redis.call('SMEMBERS', GROUP .. from)) do
    put(UNDER .. each, to)
    add(GROUP .. to, each)
    note_story(each)
  end
  redis.call('DEL', GROUP .. from)
end

-- Show two stories as one item, under the one that began first; true where that is new.
local function group(a, b)
  local over, shown = root(a), root(b)
  if over == shown or parted(over, shown) then return false end
  over, shown = by_age(over, shown)
  local all = redis.call('SCARD', GROUP .. over) + redis.call('SCARD', GROUP .. shown)
  if all >= MOST_SHOWN then return false end
  move_group(shown, over)
  put(UNDER .. shown, over)
  add(GROUP .. over, shown)
  note_story(shown)
  return true
end

-- Make one story of two that live; the one that began first keeps its id, the other is its alias.
-- Returns the story and what became an alias, else nil.
local function join(a, b, why)
  if a == b or parted(a, b) then return a, nil end
  local story, gone = by_age(a, b)
  local _, first = began(gone)
  if first then reason(first, why) end
  local over = redis.call('GET', UNDER .. gone)
  if over then ungroup(gone) end
  if root(story) == gone then ungroup(story) end
  for _, key in ipairs(members(gone)) do
    put(OF .. key, story)
    add(STORY .. story, key)
    note_known(key)
  end
  redis.call('DEL', STORY .. gone)
  for _, id in ipairs(redis.call('SMEMBERS', ALIASES .. gone)) do
    put(ALIAS .. id, story)
    add(ALIASES .. story, id)
  end
  redis.call('DEL', ALIASES .. gone)
  put(ALIAS .. gone, story)
  add(ALIASES .. story, gone)
  move_group(gone, root(story))
  if over then group(over, story) end
  return story, gone
end
