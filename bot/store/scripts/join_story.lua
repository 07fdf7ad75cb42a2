-- Put an entry into its story: the one it is in, else one that shares a lookup, else a new one.
-- KEYS story:of:entry   ARGV key, similar story or '', prefix of story:, prefix of story:by:,
--      retention (s), window (s), group, item id, stream:entries, lookups...
-- Returns the story's id.
local story = redis.call('GET', KEYS[1])
for i = 10, #ARGV do
  story = story or redis.call('GET', ARGV[4] .. ARGV[i])
end
if not story and ARGV[2] ~= '' then story = ARGV[2] end
story = story or ARGV[1]
redis.call('SET', KEYS[1], story, 'EX', ARGV[5])
redis.call('SADD', ARGV[3] .. story, ARGV[1])
redis.call('EXPIRE', ARGV[3] .. story, ARGV[5])
for i = 10, #ARGV do
  redis.call('SET', ARGV[4] .. ARGV[i], story, 'NX', 'EX', ARGV[6])
end
redis.call('XACK', ARGV[9], ARGV[7], ARGV[8])
redis.call('XDEL', ARGV[9], ARGV[8])
return story
