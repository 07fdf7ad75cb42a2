-- Admit a person by an invitation, once: who is in already uses nothing up.
-- KEYS admitted, invite:code   ARGV person
-- Returns 1 when the person is in.
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 1 end
if tonumber(redis.call('GET', KEYS[2]) or '0') < 1 then return 0 end
redis.call('DECR', KEYS[2])
redis.call('SADD', KEYS[1], ARGV[1])
return 1
