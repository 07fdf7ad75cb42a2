-- What stories are called and shown with. The names between @ are put in by the program.
local STORY, ALIAS, ALIASES = '@STORY@', '@STORY_ALIAS@', '@STORY_ALIASES@'
local UNDER, GROUP = '@STORY_UNDER@', '@STORY_GROUP@'

-- The story that an id stands for: its own, or that of the story it was joined to.
local function living(id) return redis.call('GET', ALIAS .. id) or id end
local function root(story) return redis.call('GET', UNDER .. story) or story end
local function members(story) return redis.call('SMEMBERS', STORY .. story) end
