-- Put work that was done without the model into the dead stream, once per item.
-- KEYS stream:dead   ARGV stream, reason, key, revision, most kept
for _, letter in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 100)) do
  local fields = {}
  for i = 1, #letter[2], 2 do fields[letter[2][i]] = letter[2][i + 1] end
  if fields.key == ARGV[3] and fields.revision == ARGV[4] then return 0 end
end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[5], '*', 'stream', ARGV[1], 'reason', ARGV[2],
  'attempts', '1', 'key', ARGV[3], 'revision', ARGV[4])
return 1
