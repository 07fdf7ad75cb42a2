-- Take in one post: the same content again changes nothing, new or edited content becomes work.
-- KEYS post, stream:posts   ARGV key, revision, body, retention in seconds
-- Returns 'new', 'changed' or 'same'.
local old = redis.call('HGET', KEYS[1], 'revision')
if old == ARGV[2] then return 'same' end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'body', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
local edits = old and redis.call('HINCRBY', KEYS[1], 'edits', 1) or 0
redis.call('XADD', KEYS[2], '*', 'key', ARGV[1], 'revision', ARGV[2], 'edits', edits)
return old and 'changed' or 'new'
