-- A post as it is now, and how it was read.
-- KEYS post, entry
-- Returns revision, body or '' where only its entry holds it, and the entry's revision, engine and
-- prompt; nothing for a post that is gone.
--#include _head
local post = redis.call('HMGET', KEYS[1], 'revision', 'body')
if not post[1] then return {} end
local revision, engine, _, prompt = head_of(redis.call('GET', KEYS[2]))
return {post[1], post[2] or '', revision or '', engine or '', prompt or ''}
