-- Revision, engine and prompt of a stored entry; nil where there is none. What programs before
-- bot/store/codec/entries.py stored is plain JSON.
local function head_of(stored)
  if not stored then return nil end
  if string.byte(stored) == 123 then
    local entry = cjson.decode(stored)
    return entry.revision or '', entry.engine, entry.prompt_id
  end
  local revision, engine, prompt = string.match(stored, '^.([^|\n]*)|([^|\n]*)|[^|\n]*|([^\n]*)\n')
  return revision or '', engine, prompt or ''
end
