#!lua flags=allow-oom
-- The name of this store, given at once to one without; what is empty has no data of an earlier
-- version, so that nothing that is stored from now on is taken for accepted before.
-- KEYS store:id, schema:version, channels:upgraded, owners   ARGV random name, version of the layout
-- Returns the name, the seconds since it was given, owners...
local now, known = redis.call('TIME')[1], redis.call('GET', KEYS[1])
if not known then
  if redis.call('SET', KEYS[2], ARGV[2], 'NX') then redis.call('SET', KEYS[3], '1') end
  known = now .. '-' .. ARGV[1]
  redis.call('SET', KEYS[1], known)
end
local since = now - tonumber(string.match(known, '^%d+') or 0)
return {known, since, unpack(redis.call('SMEMBERS', KEYS[4]))}
