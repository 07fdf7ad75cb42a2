-- Note that posts have changed places, by all names under which a digest may have shown them.
-- KEYS moved   ARGV story, when the post was published that did (s), now (ms), ms to keep,
--      most that are kept
--#include _living
local function note(story)
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2] .. ':' .. story)
end
local over = root(living(ARGV[1]))
local all = redis.call('SMEMBERS', GROUP .. over)
all[#all + 1] = over
for _, story in ipairs(all) do
  note(story)
  for _, former in ipairs(redis.call('SMEMBERS', ALIASES .. story)) do note(former) end
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3] - ARGV[4])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
