"""What any call to the store may raise: the server is away, full, frozen or restarting."""

from redis.exceptions import OutOfMemoryError as StoreFull
from redis.exceptions import RedisError as StoreUnavailable

__all__ = ["StoreFull", "StoreUnavailable"]


class ScriptFailed(Exception):
    """A script is wrong: a fault of this program, to be mended, and no outage to wait out."""


class StoreError(Exception):
    """The server cannot be used; the text names REDIS_URL, the reason and the fix."""


class ReadModelError(Exception):
    """The file of the read model cannot be used now; the text names it and says why."""


class DamagedError(ReadModelError):
    """The file is not what was written here; it may be removed and made again."""


class BackupError(Exception):
    """A backup could not be made or is not what it should be; the text says why, in one line."""


class ServerError(Exception):
    """The embedded server could not be found or started; the text says what to do."""


class NewerVersion(Exception):
    """A newer program wrote this; during a rolling restart it runs beside us."""
