-- Keep what a post names under its hints, once, and find posts of other channels under them.
-- KEYS telling of the post, told:by: of each hint, the rarest first
-- ARGV key, the post's channel with a slash, what it names (empty: not kept), span (s), posts kept
--      under a hint, most posts found, prefix of telling:, 1 where a model named the event
-- Returns what the posts found name: those first that share the most and the rarest hints.
local found, order = {}, {}
for i = 2, #KEYS do
  for _, other in ipairs(redis.call('LRANGE', KEYS[i], 0, -1)) do
    if other:sub(1, #ARGV[2]) ~= ARGV[2] then
      if not found[other] then order[#order + 1] = other end
      found[other] = (found[other] or 0) + #KEYS - i + 1
    end
  end
end
local kept = redis.call('GET', KEYS[1])
local late = kept and ARGV[8] == '1' and not kept:find('"reported":true', 1, true)
if ARGV[3] ~= '' and (late or not kept) then
  redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[4])
  for i = 2, #KEYS do
    if late then redis.call('LREM', KEYS[i], 1, ARGV[1]) end
    if redis.call('LPUSH', KEYS[i], ARGV[1]) > tonumber(ARGV[5]) then redis.call('RPOP', KEYS[i]) end
    redis.call('EXPIRE', KEYS[i], ARGV[4])
  end
end
table.sort(order, function(a, b) return found[a] > found[b] or found[a] == found[b] and a < b end)
local told = {}
for i = 1, math.min(#order, ARGV[6]) do
  local other = redis.call('GET', ARGV[7] .. order[i])
  if other then told[#told + 1] = other end
end
return told
