#!lua flags=allow-oom
-- Note once that a rewriting of the server's file is done: what was forgotten since it was asked
-- for waits for the next.
-- KEYS mark of the rewriting, how many were forgotten   ARGV mark, how many it was asked for
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'done', 'KEEPTTL')
if redis.call('GET', KEYS[2]) == ARGV[2] then redis.call('DEL', KEYS[2]) end
return 1
