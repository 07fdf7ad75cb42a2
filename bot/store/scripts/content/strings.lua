#!lua flags=no-writes
-- Read while the server puts writes off: only what declares that it writes nothing goes on then.
-- When each of some strings expires, in ms since 1970 (-2: it is gone), and what it holds.
-- KEYS strings
local found = {}
for place, key in ipairs(KEYS) do
  found[2 * place - 1] = redis.call('PEXPIRETIME', key)
  found[2 * place] = redis.pcall('GET', key)
end
return found
