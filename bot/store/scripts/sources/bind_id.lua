#!lua flags=allow-oom
-- Note the numeric id of a channel that was known by its handle alone; a known id never changes.
-- KEYS channel   ARGV id
-- Returns 1 when that is its id.
local known = redis.call('HGET', KEYS[1], 'id')
if not known or known == '' then
  redis.call('HSET', KEYS[1], 'id', ARGV[1])
  return 1
end
return known == ARGV[1] and 1 or 0
