-- Take in one post: the same content again changes nothing, new or edited content becomes work.
-- KEYS post, stream:posts, part, papers:due of each source
-- ARGV key, revision, body, retention (s), time of which it is true (s), route, prefix of part:,
--      prefix of post:, '1' for what a reader forwarded or '', what the route is and which are live,
--      prefix of paper:, papers to ask each source for by spaces (2), keys of the album's other items...
-- Returns 'new', 'changed' or 'same' and the keys of posts that are items of this album;
-- or 'part' and the key of the album that this post is an item, or a smaller part, of.
-- A key of another type is met before anything is written: a script is not undone.
redis.call('HLEN', KEYS[1])
redis.call('XLEN', KEYS[2])
redis.call('ZCARD', KEYS[4])
redis.call('ZCARD', KEYS[5])
local head = redis.call('GET', KEYS[3])
if head then return {'part', head} end

local answer = {'same'}
for i = 14, #ARGV do
  redis.call('SET', ARGV[7] .. ARGV[i], ARGV[1], 'EX', ARGV[4])
  if redis.call('EXISTS', ARGV[8] .. ARGV[i]) == 1 then table.insert(answer, ARGV[i]) end
end

local was = redis.call('HMGET', KEYS[1], 'revision', 'at', 'route', 'items')
local at, was_at, route = tonumber(ARGV[5]), tonumber(was[2] or 0), ARGV[6]
local items, was_items = #ARGV - 13, tonumber(was[4] or 0)
if items < was_items then return {'part', ARGV[1]} end

local function is(what) return string.find(ARGV[10], ',' .. what .. ',', 1, true) ~= nil end

-- Updates may come late, exports were made once, forwards are copies: none undoes newer content.
local function older()
  if items > was_items then return false end
  if is('yields') and was[3] and is(was[3]) then return true end
  return at < was_at or (at == was_at and is('equal'))
end

-- What a reader forwarded is read out of another purse, as long as it came by no other way.
local asked = ARGV[9]
local function work(edits)
  if asked == '' then
    redis.call('HDEL', KEYS[1], 'reader')
    redis.call('XADD', KEYS[2], '*', 'key', ARGV[1], 'revision', ARGV[2], 'edits', edits)
  else
    redis.call('HSET', KEYS[1], 'reader', asked)
    redis.call('XADD', KEYS[2], '*', 'key', ARGV[1], 'revision', ARGV[2], 'edits', edits,
      'reader', asked)
  end
end

-- What is known of a paper lives as long as the posts that name it; it is empty for one that was
-- asked for in vain, and left until that is forgotten.
local function want(queue, papers)
  for paper in papers:gmatch('%S+') do
    local key = ARGV[11] .. paper
    if redis.call('EXISTS', key) == 0 then
      redis.call('ZADD', queue, 'NX', redis.call('TIME')[1], paper)
    elseif redis.pcall('STRLEN', key) ~= 0 then
      redis.call('EXPIRE', key, ARGV[4])
    end
  end
end

if was[1] ~= ARGV[2] then
  if was[1] and older() then return answer end
  redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'body', ARGV[3], 'route', route, 'at', at,
    'items', items)
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  redis.call('HSET', KEYS[1], was[1] and 'changed' or 'came', redis.call('TIME')[1] .. ':' .. route)
  local edits = was[1] and redis.call('HINCRBY', KEYS[1], 'edits', 1) or 0
  work(edits)
  for i = 4, 5 do want(KEYS[i], ARGV[i + 8]) end
  answer[1] = was[1] and 'changed' or 'new'
elseif asked == '' and redis.call('HEXISTS', KEYS[1], 'reader') == 1 then
  redis.call('HSET', KEYS[1], 'route', route, 'at', math.max(at, was_at), 'items', items)
  if items > was_items then redis.call('HSET', KEYS[1], 'body', ARGV[3]) end
  work(0)
elseif items > was_items then
  redis.call('HSET', KEYS[1], 'body', ARGV[3], 'items', items)
elseif not is('polled') and at > was_at then
  redis.call('HSET', KEYS[1], 'at', at)
end
return answer
