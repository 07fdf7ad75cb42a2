#!lua flags=allow-oom
-- Store one entry with its indexes, hand it on, and finish its work item, all or nothing.
-- KEYS post, entry, entries, entries:channel, stream:posts, stream:entries, prompts
-- ARGV key, revision, engine, body, published (s), retention (s), prefix of entry:, group, item id,
--      prompt id, '' for what no index may list, name of what may be asked again and is answered by
--      this entry, or '', its lifetime (s), usage of the day, its lifetime (s),
--      '1' for a reading that somebody asked for again, counters...
-- Returns 'stored', 'kept' (an equal or better entry is there) or 'stale' (the post has changed since).
--#include _changes
--#include _head
local function done(answer)
  redis.call('XACK', KEYS[5], ARGV[8], ARGV[9])
  redis.call('XDEL', KEYS[5], ARGV[9])
  return answer
end

-- A key of another type is met before anything is written: a script is not undone.
redis.call('XLEN', KEYS[5])
redis.call('XLEN', KEYS[6])
for i = 3, #KEYS do
  if i < 5 or i > 6 then redis.call('ZCARD', KEYS[i]) end
end
if #ARGV > 16 then redis.call('HLEN', ARGV[14]) end
redis.call('ZCARD', CHANGED)

-- A model's reading beats an extract, and a reading by a prompt that came into use later beats one
-- by an earlier prompt, in whatever order the two arrive.
local function since(prompt) return tonumber(redis.call('ZSCORE', KEYS[7], prompt) or 0) end
local function better(engine, prompt)
  if ARGV[3] ~= 'llm' then return false end
  return engine ~= 'llm' or ARGV[16] == '1' or since(ARGV[10]) > since(prompt)
end

local current = redis.call('HGET', KEYS[1], 'revision')
if current and current ~= ARGV[2] then return done('stale') end

local revision, engine, prompt = head_of(redis.call('GET', KEYS[2]))
if revision and revision == ARGV[2] and not better(engine, prompt) then return done('kept') end

redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[6])
-- The entry holds the post, too. What is left is written anew: a hash that has once had a long
-- field stays three times as large as it need be.
if current and redis.call('HDEL', KEYS[1], 'body') == 1 then
  local left, ttl = redis.call('HGETALL', KEYS[1]), redis.call('PTTL', KEYS[1])
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], unpack(left))
  if ttl > 0 then redis.call('PEXPIRE', KEYS[1], ttl) end
end
for i = 17, #ARGV do redis.call('HINCRBY', ARGV[14], ARGV[i], 1) end
if #ARGV > 16 then redis.call('EXPIRE', ARGV[14], ARGV[15]) end
if ARGV[12] ~= '' then redis.call('SET', ARGV[12], ARGV[1], 'EX', ARGV[13]) end
redis.call('XADD', KEYS[6], '*', 'key', ARGV[1], 'revision', ARGV[2])
if ARGV[11] == '' then return done('stored') end
for i = 3, 4 do
  redis.call('ZADD', KEYS[i], ARGV[5], ARGV[1])
  -- Two old members are looked at for each new one, so an index cannot outgrow its entries.
  for _, oldest in ipairs(redis.call('ZRANGE', KEYS[i], 0, 1)) do
    if redis.call('EXISTS', ARGV[7] .. oldest) == 0 then redis.call('ZREM', KEYS[i], oldest) end
  end
end
local ms = note(ARGV[1])
redis.call('ZREMRANGEBYSCORE', CHANGED, '-inf', string.format('(%d', ms - ARGV[6] * 1000))
return done('stored')
