#!lua flags=allow-oom
-- Hold a lease, or renew it; by the server's clock alone.
-- KEYS lease   ARGV holder, length (ms)
-- Returns 1 when the holder has it.
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
