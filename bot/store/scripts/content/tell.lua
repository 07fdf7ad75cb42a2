-- Keep what a post names under its hints, once, and find posts of other channels under them.
-- KEYS telling of the post, told:by: of each hint, the rarest first
-- ARGV key, the post's channel with a slash, what it names (empty: not kept), span (s), posts kept
--      under a hint, most posts found, prefix of telling:, 1 where a model named the event
-- Returns what the posts found name: those first that share the most and the rarest hints.
local call, sub = redis.call, string.sub
local own, length, most, prefix = ARGV[2], #ARGV[2], tonumber(ARGV[6]), ARGV[7]
local found, order = {}, {}
for i = 2, #KEYS do
  local worth = #KEYS - i + 1
  for _, other in ipairs(call('LRANGE', KEYS[i], 0, -1)) do
    local before = found[other]
    if before then
      found[other] = before + worth
    elseif sub(other, 1, length) ~= own then
      order[#order + 1] = other
      found[other] = worth
    end
  end
end

local kept = call('GET', KEYS[1])
local late = kept and ARGV[8] == '1' and not kept:find('"reported":true', 1, true)
if ARGV[3] ~= '' and (late or not kept) then
  call('SET', KEYS[1], ARGV[3], 'EX', ARGV[4])
  local under = tonumber(ARGV[5])
  for i = 2, #KEYS do
    if late then call('LREM', KEYS[i], 1, ARGV[1]) end
    if call('LPUSH', KEYS[i], ARGV[1]) > under then call('RPOP', KEYS[i]) end
    call('EXPIRE', KEYS[i], ARGV[4])
  end
end

-- Of a hundred found the best few are wanted: to put each in its place among them costs less than
-- to sort all.
local best, last, low = {}, 0, 0
for _, other in ipairs(order) do
  local score = found[other]
  if last < most or score >= low then
    local at = last
    while at > 0 and (score > found[best[at]] or score == found[best[at]] and other < best[at]) do
      best[at + 1] = best[at]
      at = at - 1
    end
    best[at + 1] = other
    if last < most then last = last + 1 else best[most + 1] = nil end
    low = found[best[last]]
  end
end

local told = {}
for i = 1, last do
  local other = call('GET', prefix .. best[i])
  if other then told[#told + 1] = other end
end
return told
