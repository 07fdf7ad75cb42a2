-- A post as it is now, and how it was read, as _open says.
-- KEYS post, entry
--#include _head
--#include _open
return open(KEYS[1], KEYS[2])
