#!lua flags=allow-oom
-- Keep the claim of claim_due.lua on what is still worked on, by the server's clock alone.
-- KEYS due   ARGV member, lease (s)
return redis.call('ZADD', KEYS[1], 'XX', 'GT', redis.call('TIME')[1] + ARGV[2], ARGV[1])
