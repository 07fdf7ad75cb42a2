-- Write the line of an entry that has none, as those have that an older program stored; take the
-- names of an entry that is gone out of the index and the lines.
-- KEYS entry, story:of   ARGV key, hour, rest of the line ('' where the entry is gone),
--      prefix of story:
--#include _lines
local hour, key = ARGV[2], ARGV[1]
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('ZREM', INDEX, key)
  return drop_line(hour, key)
end
if ARGV[3] == '' or hour_of(key) ~= hour or line_at(hour, key) then return end
local story = redis.call('GET', KEYS[2]) or ''
-- Its story may have begun at any time: readers will look.
local began = story ~= '' and redis.call('SCARD', ARGV[4] .. story) > 1 and '0' or ''
put_line(hour, key, story, began, ARGV[3])
if redis.call('PTTL', LINES .. hour) < left then redis.call('PEXPIRE', LINES .. hour, left) end
