-- Note that a post lists others among its news, a few such notes for each.
-- ARGV retention (s), key of the round-up, most notes of a post, keys of roundups: and of the posts, in turn...
--#include _changes
for i = 4, #ARGV, 2 do redis.call('STRLEN', ARGV[i]) end
for i = 4, #ARGV, 2 do
  local known, count = redis.call('GET', ARGV[i]) or '', 0
  local listed = false
  for key in known:gmatch('%S+') do
    count = count + 1
    listed = listed or key == ARGV[2]
  end
  if not listed and count < tonumber(ARGV[3]) then
    local all = known == '' and ARGV[2] or known .. ' ' .. ARGV[2]
    redis.call('SET', ARGV[i], all, 'EX', ARGV[1])
    note_known(ARGV[i + 1])
  end
end
