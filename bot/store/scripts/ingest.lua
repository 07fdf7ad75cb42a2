-- Take in one post: the same content again changes nothing, new or edited content becomes work.
-- KEYS post, stream:posts, part
-- ARGV key, revision, body, retention (s), edited (1 or 0), edited at (s, 0 where unknown), route,
--      prefix of part:, prefix of post:, keys of the album's other items...
-- Returns 'new', 'changed' or 'same' and the keys of posts that are items of this album;
-- or 'part' and the key of the album that this post is an item of.
local head = redis.call('GET', KEYS[3])
if head then return {'part', head} end

local answer = {'same'}
for i = 10, #ARGV do
  redis.call('SET', ARGV[8] .. ARGV[i], ARGV[1], 'EX', ARGV[4])
  if redis.call('EXISTS', ARGV[9] .. ARGV[i]) == 1 then table.insert(answer, ARGV[i]) end
end

local was = redis.call('HMGET', KEYS[1], 'revision', 'edited', 'at', 'route')
local edited, at, route = ARGV[5] == '1', tonumber(ARGV[6]), ARGV[7]
local was_edited, was_at = was[2] == '1', tonumber(was[3] or 0)
local live, was_live = route == 'bot' or route == 'preview', was[4] == 'bot' or was[4] == 'preview'

local function older()
  if at > 0 and was_at > 0 then return at < was_at end
  if was_edited and not edited then return true end
  if live or not was_live then return false end
  -- A forward or an export shows the post as it was once; it wins by an edit it knows of alone.
  return route == 'forward' or at == 0 or was_edited
end

if was[1] ~= ARGV[2] then
  if was[1] and older() then return answer end
  redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'body', ARGV[3], 'route', route)
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  local edits = was[1] and redis.call('HINCRBY', KEYS[1], 'edits', 1) or 0
  redis.call('XADD', KEYS[2], '*', 'key', ARGV[1], 'revision', ARGV[2], 'edits', edits)
  answer[1] = was[1] and 'changed' or 'new'
elseif live then
  redis.call('HSET', KEYS[1], 'route', route)
end
if edited then redis.call('HSET', KEYS[1], 'edited', 1, 'at', math.max(at, was_at)) end
return answer
