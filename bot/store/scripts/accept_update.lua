-- Accept one raw update once: the marker and the work item appear together.
-- KEYS update, stream:updates   ARGV update id, raw JSON, seconds to remember
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[3]) then return 0 end
redis.call('XADD', KEYS[2], '*', 'id', ARGV[1], 'body', ARGV[2])
return 1
