-- Who is told of what: sets of chats by topic and by followed words, made from a reader's settings.
-- The names between @ are put in by the program.
local TOPIC, WORDS = '@TOPIC_FOLLOWERS@', '@WORDS_FOLLOWERS@'
local FOLLOWERS, FOLLOWED = '@FOLLOWERS@', '@FOLLOWED@'

-- How words stand under their terms: what an entry must have, then the words as typed.
local function listed(words) return words.needs .. '\n' .. words.text end

-- Tell a chat of nothing that these settings follow; true where it was told of any. Words that
-- nobody follows any more are not looked up.
local function unfollow(chat, body)
  local settings, told = cjson.decode(body), redis.call('SREM', WORDS, chat)
  for _, topic in ipairs(settings.alerts or {}) do
    told = told + redis.call('SREM', TOPIC .. topic, chat)
  end
  for _, words in ipairs(settings.follows or {}) do
    redis.call('SREM', FOLLOWERS .. words.token, chat)
    if redis.call('EXISTS', FOLLOWERS .. words.token) == 0 then
      for _, term in ipairs(words.terms) do redis.call('SREM', FOLLOWED .. term, listed(words)) end
    end
  end
  return told > 0
end

-- Tell a chat of what these settings follow; of words not while it has left.
local function follow(chat, body)
  local settings = cjson.decode(body)
  for _, topic in ipairs(settings.alerts or {}) do redis.call('SADD', TOPIC .. topic, chat) end
  if settings.left then return end
  for _, words in ipairs(settings.follows or {}) do
    redis.call('SADD', FOLLOWERS .. words.token, chat)
    for _, term in ipairs(words.terms) do redis.call('SADD', FOLLOWED .. term, listed(words)) end
    redis.call('SADD', WORDS, chat)
  end
end
