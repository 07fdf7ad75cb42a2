#!lua flags=allow-oom
-- Whether the item is still this worker's: an error where it is not.
-- ARGV held...
--#include _held
return 1
