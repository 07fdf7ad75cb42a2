#!lua flags=allow-oom
-- Make a person the owner by the one-time code; wrong tries are counted, each once, and too many
-- of them end the code. Of two people with the right one, the first becomes the owner.
-- KEYS owners:code, owners   ARGV code, person, name of the try, most wrong tries
-- Returns 1 when the person is an owner.
if redis.call('SISMEMBER', KEYS[2], ARGV[2]) == 1 then return 1 end
local code = redis.call('HGET', KEYS[1], 'code')
if not code or redis.call('SCARD', KEYS[2]) > 0 then return 0 end
-- All characters are looked at, so that the time it takes does not tell how many are right.
local differ = bit.bxor(#code, #ARGV[1])
for i = 1, #code do
  differ = bit.bor(differ, bit.bxor(string.byte(code, i), string.byte(ARGV[1], i) or 0))
end
if differ == 0 then
  redis.call('SADD', KEYS[2], ARGV[2])
  redis.call('DEL', KEYS[1])
  return 1
end
redis.call('HSET', KEYS[1], 'try:' .. ARGV[3], '1')
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4]) then redis.call('DEL', KEYS[1]) end
return 0
