-- A post and how it was read: revision, body or '', the entry's revision, engine and prompt, and
-- the entry where only it holds the post. Nothing for a post that is gone. Needs _head.
local function open(post, entry)
  local found = redis.call('HMGET', post, 'revision', 'body')
  if not found[1] then return {} end
  local stored = redis.call('GET', entry)
  local revision, engine, prompt = head_of(stored)
  local read = {found[1], found[2] or '', revision or '', engine or '', prompt or ''}
  read[6] = not found[2] and stored or ''
  return read
end
